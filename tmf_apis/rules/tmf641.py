"""TMF641 Service Ordering: orders, their items, and cancellations (R-641-*, L-641)."""

from dataclasses import replace

from tmf_apis.rules.base import ResourceRules, Rules

_ORDER = ResourceRules(
    state="state",
    initial="acknowledged",
    stamped=("orderDate",),
    items="serviceOrderItem",
)
_CANCEL = ResourceRules(state="state", initial="acknowledged", task=True)

RULES: dict[str, Rules] = {
    "v4": {
        "serviceOrder": _ORDER,
        "cancelServiceOrder": replace(_CANCEL, initial="accepted"),
    },
    "v5": {"serviceOrder": _ORDER, "cancelServiceOrder": _CANCEL},
}
