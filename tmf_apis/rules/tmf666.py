"""TMF666 Account, a neighbour: accounts, whose states are free text, and how bills are made."""

from tmf_apis.rules.base import ResourceRules, Rules

_ACCOUNT = ResourceRules(state="state", touched=("lastModified", "lastUpdate"))
_PLAIN = ResourceRules()
_RULES: Rules = {
    "partyAccount": _ACCOUNT,
    "billingAccount": _ACCOUNT,
    "settlementAccount": _ACCOUNT,
    "financialAccount": _ACCOUNT,
    "billingCycleSpecification": _PLAIN,
    "billFormat": _PLAIN,
    "billPresentationMedia": _PLAIN,
}

RULES: dict[str, Rules] = {"v4": _RULES, "v5": _RULES}
