"""TMF641 Service Ordering: orders, their items, cancellations and amendments (R-641-*, L-641)."""

from dataclasses import replace

from tmf_apis.rules.base import ItemRules, ResourceRules, Rules

_ORDER = ResourceRules(
    state="state",
    initial="acknowledged",
    reaction="order",
    performs="progress",
    stamped=("orderDate",),
    lasting=("state",),
    items=ItemRules(
        attribute="serviceOrderItem",
        entity="service",
        relation="serviceOrderItemRelationship",
        actions_on_existing=frozenset({"modify", "delete", "noChange"}),
        changes="modifyPath",
        related="orderItem",
        embedding=True,
    ),
    waiting="pending",
    completing=("relatedParty", "requestedStartDate", "requestedCompletionDate"),
    announced={"Milestone": "milestone", "Jeopardy": "jeopardyAlert"},
)
_CANCEL = ResourceRules(
    state="state",
    initial="acknowledged",
    task=True,
    outcome=("effectiveCancellationDate", "reason"),
    performs="cancel",
    target="serviceOrder",
)
_AMEND = replace(_CANCEL, outcome=("effectiveAmendmentDate", "reason"), performs="amend")

RULES: dict[str, Rules] = {
    "v4": {
        "serviceOrder": _ORDER,
        "cancelServiceOrder": replace(_CANCEL, initial="accepted"),
        "amendServiceOrder": replace(_AMEND, initial="accepted"),
    },
    "v5": {"serviceOrder": _ORDER, "cancelServiceOrder": _CANCEL, "amendServiceOrder": _AMEND},
}
