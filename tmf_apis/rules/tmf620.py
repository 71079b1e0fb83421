"""TMF620 Product Catalog: versioned entities and jobs (R-620-*, L-620, L-620-J)."""

from tmf_apis.rules.base import ResourceRules, Rules

_ENTITY = ResourceRules(
    state="lifecycleStatus", initial="In study", touched=("lastUpdate",), versioned=True
)
_JOB = ResourceRules(state="status", initial="Not Started", task=True, stamped=("creationDate",))
_COMMON = {
    "category": _ENTITY,
    "productOffering": _ENTITY,
    "productOfferingPrice": _ENTITY,
    "productSpecification": _ENTITY,
    "importJob": _JOB,
    "exportJob": _JOB,
}

RULES: dict[str, Rules] = {
    "v4": {"catalog": _ENTITY, **_COMMON},
    "v5": {"productCatalog": _ENTITY, **_COMMON},
}
