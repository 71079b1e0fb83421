"""TMF633 Service Catalogue, a neighbour: entities with a life cycle, and jobs as TMF620 has."""

from dataclasses import replace

from tmf_apis.rules.base import ResourceRules, Rules

_ENTITY = ResourceRules(
    state="lifecycleStatus",
    initial="In study",
    touched=("lastUpdate",),
    lasting=("lifecycleStatus",),
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

RULES: dict[str, Rules] = {
    "v4": {
        "serviceCatalog": _ENTITY,
        "serviceCategory": replace(_ENTITY, acyclic=("parentId",)),
        "serviceCandidate": _ENTITY,
        "serviceSpecification": replace(_ENTITY, acyclic=("serviceSpecRelationship",)),
        "importJob": _JOB,
        "exportJob": replace(_JOB, performs="export"),
    }
}
