import pytest

from conformance.rollup import disagreement


@pytest.mark.parametrize(
    ("order", "items"),
    [
        ("acknowledged", ["acknowledged", "acknowledged"]),
        ("inProgress", ["inProgress", "completed"]),
        ("inProgress", ["completed", "acknowledged"]),
        ("completed", ["completed"]),
        ("partial", ["completed", "failed"]),
        ("failed", ["failed", "cancelled"]),
        ("held", ["held", "pending"]),
        ("rejected", ["rejected", "rejected"]),
        ("pending", ["acknowledged"]),
        ("assessingCancellation", ["inProgress", "completed"]),
        ("inProgress", []),
    ],
)
def test_an_order_and_its_items_agree(order: str, items: list[str]) -> None:
    assert disagreement(order, items) is None


@pytest.mark.parametrize(
    ("order", "items", "rule"),
    [
        ("acknowledged", ["rejected", "acknowledged"], "L-622-R1"),
        ("rejected", ["acknowledged"], "L-622-R1"),
        ("acknowledged", ["inProgress", "acknowledged"], "L-622-R2"),
        ("inProgress", ["completed", "completed"], "L-622-R3"),
        ("completed", ["completed", "inProgress"], "L-622-R2"),
        ("completed", ["completed", "acknowledged"], "L-622-R3"),
        ("completed", ["failed", "failed"], "L-622-R4"),
        ("completed", ["completed", "failed"], "L-622-R4"),
        ("completed", ["completed", "cancelled"], "L-622-R5"),
        ("inProgress", ["cancelled"], "L-622-R5"),
        ("inProgress", ["held", "held"], "L-622-R6"),
        ("cancelled", ["acknowledged"], "L-622-R5"),
    ],
)
def test_a_disagreement_breaks_its_own_rule(order: str, items: list[str], rule: str) -> None:
    found = disagreement(order, items)
    assert found is not None
    assert found[0] == rule
