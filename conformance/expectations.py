"""What a server is expected to do on its own, which no rule of TMF630 says and its operator knows.

A task may wait for a person, an order for a technician. Whoever runs the kit says what it may count
on; the report repeats it, for a verdict means nothing without.
"""

from collections.abc import Mapping, Sequence

from conformance.options import Options
from conformance.resource import operations
from tmf_apis.rules.lookup import rules_of
from tmf_apis.spec.model import ApiSpec, ResourceSpec

TASKS, ORDERS, CANCELLATIONS, NOTHING = "tasks", "orders", "cancellations", "nothing"
#: What may be expected, with what that means.
EXPECTATIONS: Mapping[str, str] = {
    TASKS: "that it ends its tasks",
    ORDERS: "that it ends its orders",
    CANCELLATIONS: "that it grants the cancellation of a new order",
    NOTHING: "nothing",
}


def said(options: Options, api: ApiSpec, tried: Sequence[ResourceSpec]) -> str:
    """What a run expects of the server, in a sentence; empty where nothing tried depends on it."""
    rules = [rules_of(api, spec) for spec in tried if "create" in operations(spec)]
    if not any(found.task or found.items for found in rules):
        return ""
    wanted = [meaning for name, meaning in EXPECTATIONS.items() if name in options.expects]
    within = (
        f", each within {options.task_patience:g} s" if set(options.expects) - {NOTHING} else ""
    )
    what = " and ".join(wanted) or EXPECTATIONS[NOTHING]
    return f"expected of the server on its own: {what}{within} (--expect, --task-patience)"
