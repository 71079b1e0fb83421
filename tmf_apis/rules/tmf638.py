"""TMF638 Service Inventory: the creator states the state (R-638-*, L-638)."""

from tmf_apis.rules.base import ResourceRules, Rules

_SERVICE = ResourceRules(
    state="state",
    filled=("serviceDate",),
    announced={"OperatingStatusChange": "operatingStatus"},
)

RULES: dict[str, Rules] = {"v4": {"service": _SERVICE}, "v5": {"service": _SERVICE}}
