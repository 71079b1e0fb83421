"""TMF629 Customer: a free text status (R-629-02, L-629)."""

from tmf_apis.rules.base import ResourceRules, Rules

_CUSTOMER = ResourceRules(state="status", initial="Created")

RULES: dict[str, Rules] = {"v4": {"customer": _CUSTOMER}, "v5": {"customer": _CUSTOMER}}
