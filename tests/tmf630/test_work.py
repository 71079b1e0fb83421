"""A patch of a few kilobytes does no more than a bounded amount of work."""

from time import process_time
from typing import Any

import pytest

from tests.queries import ROOT
from tmf_apis.tmf630.errors import TmfError
from tmf_apis.tmf630.json_patch import apply_json_patch
from tmf_apis.tmf630.patch_query import apply_patch_query
from tmf_apis.tmf630.patching import Patch
from tmf_apis.tmf630.work import MOST_LOOKS, MOST_STEPS, Work, looking

LONG = {"note": [{"id": str(n), "text": "x"} for n in range(20_000)]}
#: Seconds that a refusal takes at most, on a busy machine.
SOON = 5


def test_work_is_counted_to_the_last_step() -> None:
    work = Work(3)
    work.spend(3, 0)
    with pytest.raises(TmfError, match=r"^/7: .*fewer operations"):
        work.spend(1, 7)
    assert MOST_STEPS > 100_000


@pytest.mark.rule("R-803", "R-804")
@pytest.mark.parametrize(
    ("apply", "step"),
    [
        (apply_patch_query, {"op": "replace", "path": "$.note[?(@.id=='7')].text", "value": "y"}),
        (apply_patch_query, {"op": "replace", "path": "/note/text?note.id=7", "value": "y"}),
        (apply_patch_query, {"op": "replace", "path": "/note/text", "value": "y"}),
        (apply_json_patch, {"op": "move", "from": "/note", "path": "/x-note"}),
    ],
)
def test_operations_that_each_look_through_a_long_list_are_refused(apply: Patch, step: Any) -> None:
    back = {"op": "move", "from": "/x-note", "path": "/note"}
    steps = [step, back] * 50 if step["op"] == "move" else [step] * 100
    began = process_time()
    with pytest.raises(TmfError, match="looks at or copies more than") as refused:
        apply(LONG, steps, ROOT)
    assert refused.value.cause.status == 400
    assert process_time() - began < SOON
    assert apply(LONG, steps[:1], ROOT) != LONG


@pytest.mark.rule("R-803")
def test_a_thousand_small_copies_beside_a_long_list_are_made() -> None:
    steps = [{"op": "copy", "from": "/note/0", "path": "/note/-"}] * 1000
    began = process_time()
    assert len(apply_json_patch(LONG, steps, ROOT)["note"]) == 21_000
    assert process_time() - began < SOON


@pytest.mark.rule("R-803")
def test_copies_that_grow_beyond_the_largest_body_are_refused_unless_room_was_made() -> None:
    text = {"x-a": "a" * 1_500_000}
    copy = {"op": "copy", "from": "/x-a", "path": "/x-b"}
    with pytest.raises(TmfError, match="/1: the patched resource is too large") as refused:
        apply_json_patch(text, [copy, copy | {"path": "/x-c"}], ROOT)
    assert refused.value.cause.status == 413
    room = [copy, {"op": "remove", "path": "/x-b"}] * 5
    assert apply_json_patch(text, room, ROOT) == text


def test_looks_are_counted_to_the_last_one() -> None:
    look = looking(3)
    look(3)
    with pytest.raises(TmfError, match="look at more than 3 values") as refused:
        look(1)
    assert refused.value.cause.status == 400
    assert MOST_LOOKS > 100_000


@pytest.mark.rule("R-804", "R-806")
@pytest.mark.parametrize(
    "path", ["/note/text?note.tag=b", "$.note[?(@.tag=='b')].text"], ids=["names", "JSONPath"]
)
def test_what_a_condition_looks_at_inside_an_element_is_work_of_a_patch(path: str) -> None:
    operation = {"op": "replace", "path": path, "value": "y"}
    few, many = (
        {"note": [{"tag": ["a"] * tags, "text": "x"}, {"tag": ["a"] * tags + ["b"], "text": "x"}]}
        for tags in (10, MOST_STEPS)
    )
    changed = apply_patch_query(few, [operation], ROOT)
    assert [note["text"] for note in changed["note"]] == ["x", "y"]
    with pytest.raises(TmfError, match="fewer operations at once") as refused:
        apply_patch_query(many, [operation], ROOT)
    assert refused.value.cause.status == 400
