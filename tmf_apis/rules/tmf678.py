"""TMF678 Customer Bill: bills, and bills on demand (R-678-*, L-678-*)."""

from tmf_apis.rules.base import ResourceRules, Rules

_RULES: Rules = {
    "customerBill": ResourceRules(state="state", touched=("lastUpdate",)),
    "customerBillOnDemand": ResourceRules(
        state="state", initial="inProgress", task=True, touched=("lastUpdate",)
    ),
}

#: Enumerations the files call recommended: a provider may have further values (R-711).
OPEN_ENUMERATIONS = frozenset({"stateValue", "CustomerBillStateType", "CustomerBillRunType"})

RULES: dict[str, Rules] = {"v4": _RULES, "v5": _RULES}
