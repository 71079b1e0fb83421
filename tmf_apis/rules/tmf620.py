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
_JOB = ResourceRules(
    state="status",
    initial="Not Started",
    task=True,
    stamped=("creationDate",),
    performs="import",
    reason="errorLog",
    outcome=("completionDate", "errorLog"),
)


def _bundle(attribute: str, single: str | None = None, *, apart: bool = True) -> ResourceRules:
    """An entity that is a bundle, with what it bundles, or a single one (R-620-02 to -04)."""
    alone = Conditional("isBundle", False, single, attribute if apart else None)
    both = (Conditional("isBundle", True, attribute), alone)
    return replace(_ENTITY, conditionals=both, acyclic=(attribute,))


def _category(parent: str) -> ResourceRules:
    """A category below another one, or a root (R-620-07)."""
    roots = Conditional("isRoot", True, forbids=parent)
    both = (roots, Conditional("isRoot", False, parent))
    return replace(_ENTITY, conditionals=both, acyclic=(parent,))


_COMMON = {
    "productOffering": _bundle("bundledProductOffering", "productSpecification"),
    "productOfferingPrice": _bundle("bundledPopRelationship", "priceType", apart=False),
    "productSpecification": _bundle("bundledProductSpecification"),
    "importJob": _JOB,
    "exportJob": replace(_JOB, performs="export"),
}

RULES: dict[str, Rules] = {
    "v4": {"catalog": _ENTITY, "category": _category("parentId"), **_COMMON},
    "v5": {"productCatalog": _ENTITY, "category": _category("parent"), **_COMMON},
}
