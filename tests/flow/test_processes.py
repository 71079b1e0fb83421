"""A flow as processFlow and taskFlows."""

import pytest

from tmf_apis.flow.processes import process_flow, task_flow

STEP = {"id": "1/product", "kind": "product", "item": "1", "needs": [], "state": "done"}
NEXT = {"id": "1/finish", "kind": "finish", "item": "1", "needs": ["1/product"], "state": "held"}
FLOW = {"id": "o/1", "begun": "2026-11-01T10:00:00Z", "state": "held", "steps": [STEP, NEXT]}
BASE = "http://x/flow"


def test_an_order_is_a_process_that_names_its_tasks() -> None:
    assert process_flow(FLOW, BASE, "http://x/orders") == {
        "id": "o/1",
        "href": "http://x/flow/processFlow/o%2F1",
        "@type": "ProcessFlow",
        "processFlowSpecification": "ProductOrder",
        "processFlowDate": "2026-11-01T10:00:00Z",
        "state": "held",
        "relatedEntity": [
            {
                "@type": "RelatedEntity",
                "id": "o/1",
                "href": "http://x/orders/o%2F1",
                "role": "ordered",
                "@referredType": "ProductOrder",
            }
        ],
        "taskFlow": [
            {
                "@type": "TaskFlowRef",
                "id": id,
                "href": f"http://x/flow/processFlow/o%2F1/taskFlow/{last}",
            }
            for id, last in (("1/product", "1%2Fproduct"), ("1/finish", "1%2Ffinish"))
        ],
    }


def test_a_step_is_a_task_with_what_it_depends_on() -> None:
    task = task_flow(FLOW, NEXT | {"error": "it is away", "attempts": 3}, BASE)
    assert task["href"] == "http://x/flow/processFlow/o%2F1/taskFlow/1%2Ffinish"
    assert (task["taskFlowSpecification"], task["state"]) == ("finish", "held")
    assert [(one["name"], one["value"]) for one in task["characteristic"]] == [
        ("attempts", 3),
        ("error", "it is away"),
    ]
    [relationship] = task["taskFlowRelationship"]
    assert relationship["relationshipType"] == "dependsOn"
    assert relationship["taskFlow"]["id"] == "1/product"


@pytest.mark.parametrize(
    ("state", "shown"),
    [
        *(("planning", "active"), ("running", "active"), ("held", "held")),
        *(("completed", "completed"), ("cancelled", "cancelled"), ("partial", "partial")),
    ],
)
def test_a_process_that_goes_on_is_active(state: str, shown: str) -> None:
    assert process_flow(FLOW | {"state": state}, BASE, "")["state"] == shown
