"""Whether an order and its items agree, told from their states alone (L-622-R1 to L-622-R6)."""

from collections.abc import Iterator, Sequence

#: States that neither an item nor an order leaves.
FINAL = frozenset({"completed", "failed", "cancelled", "rejected", "partial"})
#: What an order may be while it is decided whether it is cancelled: its items wait as they were.
_DECIDING = frozenset({"assessingCancellation", "pendingCancellation"})
#: The state that an order whose items have one state in common has, and the rule of each.
_COMMON = {
    "completed": "L-622-R3", "failed": "L-622-R4", "cancelled": "L-622-R5",
    "rejected": "L-622-R1", "inProgress": "L-622-R2", "held": "L-622-R6", "pending": "L-622-R6",
}  # fmt: skip


def disagreement(order: str, items: Sequence[str]) -> tuple[str, str] | None:
    """The rule that the states of an order and its items break, and what it asks for, or none."""
    return next(_disagreements(order, set(items)), None)


def _disagreements(order: str, items: set[str]) -> Iterator[tuple[str, str]]:
    if not items or order in _DECIDING:
        return
    if "rejected" in items | {order} and items | {order} != {"rejected"}:
        yield "L-622-R1", "all items rejected, and the order, or none of them"
    if len(items) == 1 and (rule := _COMMON.get(common := min(items))) and order != common:
        yield rule, f"an order that is {common} as its items are"
    if "inProgress" in items and order != "inProgress":
        yield "L-622-R2", "an order inProgress while an item is"
    if {"completed", "failed"} <= items <= FINAL and order != "partial":
        yield "L-622-R4", "an order that is partial: some items completed, some failed"
    if {"completed", "cancelled"} <= items <= FINAL and order != "partial":
        yield "L-622-R5", "an order that is partial: some items completed, some cancelled"
    if order in FINAL and not items <= FINAL:
        yield _COMMON.get(order, "L-622-R4"), f"items that are over as the order is, {order}"
