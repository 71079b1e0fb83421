"""TMF620 Product Catalog: versioned entities and jobs (R-620-*, L-620, L-620-J)."""

from dataclasses import replace

from tmf_apis.rules.base import Conditional, ResourceRules, Rules

_ENTITY = ResourceRules(
    state="lifecycleStatus",
    initial="In study",
    touched=("lastUpdate",),
    lasting=("lifecycleStatus",),
    versioned=True,
)
_JOB = ResourceRules(state="status", initial="Not Started", task=True, stamped=("creationDate",))


def _bundle(attribute: str, single: str | None = None, *, apart: bool = True) -> ResourceRules:
    """An entity that is a bundle, with what it bundles, or a single one (R-620-02 to -04)."""
    alone = Conditional("isBundle", False, single, attribute if apart else None)
    return replace(_ENTITY, conditionals=(Conditional("isBundle", True, attribute), alone))


def _category(parent: str) -> ResourceRules:
    """A category below another one, or a root (R-620-07)."""
    roots = Conditional("isRoot", True, forbids=parent)
    return replace(_ENTITY, conditionals=(roots, Conditional("isRoot", False, parent)))


_COMMON = {
    "productOffering": _bundle("bundledProductOffering", "productSpecification"),
    "productOfferingPrice": _bundle("bundledPopRelationship", "priceType", apart=False),
    "productSpecification": _bundle("bundledProductSpecification"),
    "importJob": _JOB,
    "exportJob": _JOB,
}

RULES: dict[str, Rules] = {
    "v4": {"catalog": _ENTITY, "category": _category("parentId"), **_COMMON},
    "v5": {"productCatalog": _ENTITY, "category": _category("parent"), **_COMMON},
}
