"""A flow as data in the manner of TMF701: an order is a processFlow, each of its steps a taskFlow.

Pure. The file of TMF701 is not served: these records are read and never written by clients.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from tmf_apis.flow import standing

Json = dict[str, Any]

#: By where a flow stands, the state of its processFlow; others are as the order's.
_PROCESSES: Mapping[str, str] = {"planning": "active", "running": "active"}
#: By where a step stands, the state of its taskFlow.
_TASKS: Mapping[str, str] = {
    standing.WAITING: "waiting",
    standing.DONE: "completed",
    standing.HELD: "held",
    standing.SKIPPED: "skipped",
    standing.GIVEN_UP: "failed",
    standing.UNDONE: "cancelled",
}
#: What is told of a step as characteristics, where it is known.
_TOLD = ("began", "ended", "attempts", "error", "note", standing.AWAY)


def process_flow(flow: Json, base: str, orders: str) -> Json:
    """The processFlow of a flow. `base` is the path below which it is, `orders` that of the
    product orders.
    """
    id = str(flow["id"])
    order = {"@type": "RelatedEntity", "id": id, "href": f"{orders}/{_quoted(id)}"}
    return {
        "id": id,
        "href": _href(base, id),
        "@type": "ProcessFlow",
        "processFlowSpecification": "ProductOrder",
        "processFlowDate": flow["begun"],
        "state": _PROCESSES.get(flow["state"], flow["state"]),
        "relatedEntity": [order | {"role": "ordered", "@referredType": "ProductOrder"}],
        "taskFlow": [_reference(base, id, step["id"]) for step in flow["steps"]],
    }


def task_flow(flow: Json, step: Json, base: str) -> Json:
    """The taskFlow of a step of a flow."""
    id, told = str(flow["id"]), {name: step.get(name) for name in _TOLD}
    return {
        "id": step["id"],
        "href": _href(base, id, step["id"]),
        "@type": "TaskFlow",
        "taskFlowSpecification": step["kind"],
        "isMandatory": True,
        "state": _TASKS[step["state"]],
        "characteristic": [
            {"@type": "Characteristic", "name": name, "value": value}
            for name, value in told.items()
            if value not in (None, "")
        ],
        "relatedEntity": [
            {
                "@type": "RelatedEntity",
                "id": step["item"],
                "role": "item",
                "@referredType": "ProductOrderItem",
            }
        ],
        "taskFlowRelationship": [
            {"relationshipType": "dependsOn", "taskFlow": _reference(base, id, needed)}
            for needed in step["needs"]
        ],
    }


def _reference(base: str, id: str, step: str) -> Json:
    return {"@type": "TaskFlowRef", "id": step, "href": _href(base, id, step)}


def _href(base: str, id: str, step: str | None = None) -> str:
    task = "" if step is None else f"/taskFlow/{_quoted(step)}"
    return f"{base}/processFlow/{_quoted(id)}{task}"


def _quoted(id: str) -> str:
    return quote(id, safe="")
