"""TMF639 Resource Inventory: no initial states; two views of the v4 collection (R-130, L-639)."""

from dataclasses import replace

from tmf_apis.rules.base import ResourceRules, Rules

#: Any of these is the state, as far as the file declares it (R-1017).
_STATES = (
    *("administrativeState", "operationalState", "usageState", "resourceStatus"),
    *("lifecycleState", "alarmStatus", "proceduralStatus", "availabilityStatus"),
    *("controlStatus", "unknownStatus", "allocationStatus", "standbyStatus"),
)
#: What the resource says of itself; managers write its administrative and life cycle states.
_REPORTED = (
    *("operationalState", "usageState", "alarmStatus", "availabilityStatus"),
    *("controlStatus", "proceduralStatus", "standbyStatus", "unknownStatus"),
)
#: The same where there is one status; its operational state is a manager's as well (R-639-03).
_REPORTED_AT_FIRST = ("usageState", "resourceStatus")
_RESOURCE = ResourceRules(state="resourceStatus", states=_STATES, reported=_REPORTED_AT_FIRST)
_VIEW = replace(_RESOURCE, view_of="resource")

RULES: dict[str, Rules] = {
    "v4": {"resource": _RESOURCE, "physicalResource": _VIEW, "logicalResource": _VIEW},
    "v5": {"resource": ResourceRules(state="lifecycleState", states=_STATES, reported=_REPORTED)},
}
