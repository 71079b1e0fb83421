"""TMF622 Product Ordering: orders, their items, cancellations and amendments (R-622-*, L-622-*)."""

from dataclasses import replace

from tmf_apis.rules.base import ItemRules, ResourceRules, Rules

_ITEMS = ItemRules(
    attribute="productOrderItem",
    entity="product",
    relation="productOrderItemRelationship",
    actions_on_existing=frozenset({"modify", "delete"}),
    defaults={"quantity": 1},
    states={"draft": "acknowledged", "inProgress.accepted": "inProgress"},
    offered="productOffering",
    described="productSpecification",
)
_ORDER = ResourceRules(
    state="state",
    initial="acknowledged",
    reaction="order",
    performs="progress",
    stamped=("orderDate",),
    lasting=("state",),
    items=_ITEMS,
    waiting="pending",
    completing=(
        "relatedParty",
        "billingAccount",
        "agreement",
        "payment",
        "requestedStartDate",
        "requestedCompletionDate",
    ),
    announced={
        "JeopardyAlert": "productOrderJeopardyAlert",
        "Milestone": "productOrderMilestone",
        "ErrorMessage": "productOrderErrorMessage",
    },
)
_CANCEL = ResourceRules(
    state="state",
    initial="acknowledged",
    task=True,
    outcome=("effectiveCancellationDate", "reason"),
    performs="cancel",
    target="productOrder",
)
_AMEND = replace(_CANCEL, outcome=("effectiveAmendmentDate", "reason"), performs="amend")

RULES: dict[str, Rules] = {
    "v4": {"productOrder": _ORDER, "cancelProductOrder": _CANCEL, "amendProductOrder": _AMEND},
    "v5": {
        "productOrder": replace(
            _ORDER,
            stamped=("creationDate",),
            initial_from="requestedInitialState",
            items=replace(_ITEMS, moves="itemStateChange"),
        ),
        "cancelProductOrder": replace(_CANCEL, stamped=("creationDate",)),
        "amendProductOrder": replace(_AMEND, stamped=("creationDate",)),
    },
}
