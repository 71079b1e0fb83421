"""TMF678 Customer Bill: bills, and bills on demand (R-678-*, L-678-*)."""

from tmf_apis.rules.base import ResourceRules, Rules

#: The v4 file has a registry of listeners and no events; it sends those of v5 (D17, R-678-08).
_EVENTS = ("Create", "StateChange")
_RULES: Rules = {
    "customerBill": ResourceRules(
        state="state",
        touched=("lastUpdate",),
        events=_EVENTS,
        reaction="bill",
        lines="appliedCustomerBillingRate",
    ),
    "customerBillOnDemand": ResourceRules(
        state="state",
        initial="inProgress",
        task=True,
        touched=("lastUpdate",),
        outcome=("customerBill", "reason"),
        events=_EVENTS,
        performs="bill",
        target="customerBill",
    ),
}

#: Enumerations the files call recommended: a provider may have further values (R-711).
OPEN_ENUMERATIONS = frozenset({"stateValue", "CustomerBillStateType", "CustomerBillRunType"})

RULES: dict[str, Rules] = {"v4": _RULES, "v5": _RULES}
