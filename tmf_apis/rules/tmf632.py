"""TMF632 Party, a neighbour: people and organisations, who begin unchecked."""

from tmf_apis.rules.base import ResourceRules, Rules

_PARTY = ResourceRules(state="status", initial="initialized")
_RULES: Rules = {"individual": _PARTY, "organization": _PARTY}

RULES: dict[str, Rules] = {"v4": _RULES, "v5": _RULES}
