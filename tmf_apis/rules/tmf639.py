"""TMF639 Resource Inventory: no initial states; two views of the v4 collection (R-130, L-639)."""

from tmf_apis.rules.base import ResourceRules, Rules

_RESOURCE = ResourceRules(state="resourceStatus")
_VIEW = ResourceRules(state="resourceStatus", view_of="resource")

RULES: dict[str, Rules] = {
    "v4": {"resource": _RESOURCE, "physicalResource": _VIEW, "logicalResource": _VIEW},
    "v5": {"resource": ResourceRules(state="lifecycleState")},
}
