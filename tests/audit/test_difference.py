"""What changed in a document, and what it was before."""

from copy import deepcopy
from typing import Any

import jsonpatch
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tmf_apis.audit.difference import created, difference, removed
from tmf_apis.audit.history import Broken, undone

Json = Any
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 3), st.sampled_from([0.0, -0.0, 1.0, 1.5]),
    st.text("ab/~0", max_size=2),
)  # fmt: skip
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.text("ab/~0", max_size=2), inner, max_size=4),
    ),
    max_leaves=12,
)
DOCUMENTS = st.dictionaries(st.text("abc/~01", max_size=2), VALUES, max_size=4)


def encoded(document: Json) -> bytes:
    """A document as it is kept, but for the order of members."""
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS)


@pytest.mark.parametrize(
    ("before", "after", "patch"),
    [
        ({"a": 1}, {"a": 1}, []),
        (
            {"state": "open", "b": 1},
            {"state": "held", "c": 2},
            [
                {"op": "test", "path": "/state", "value": "open"},
                {"op": "replace", "path": "/state", "value": "held"},
                {"op": "test", "path": "/b", "value": 1},
                {"op": "remove", "path": "/b"},
                {"op": "add", "path": "/c", "value": 2},
            ],
        ),
        (
            {"note": [{"id": "1"}, {"id": "2"}, {"id": "3"}]},
            {"note": [{"id": "1"}, {"id": "3"}]},
            [
                {"op": "test", "path": "/note/1", "value": {"id": "2"}},
                {"op": "remove", "path": "/note/1"},
            ],
        ),
        (
            {"note": [1, 2]},
            {"note": [0, 1, 2, 3]},
            [
                {"op": "test", "path": "/note/0", "value": 1},
                {"op": "replace", "path": "/note/0", "value": 0},
                {"op": "test", "path": "/note/1", "value": 2},
                {"op": "replace", "path": "/note/1", "value": 1},
                {"op": "add", "path": "/note/2", "value": 2},
                {"op": "add", "path": "/note/3", "value": 3},
            ],
        ),
        (
            {"a/b": {"~": True}},
            {"a/b": {"~": 1}},
            [
                {"op": "test", "path": "/a~1b/~0", "value": True},
                {"op": "replace", "path": "/a~1b/~0", "value": 1},
            ],
        ),
        (
            {"n": 1},
            {"n": 1.0},
            [
                {"op": "test", "path": "/n", "value": 1},
                {"op": "replace", "path": "/n", "value": 1.0},
            ],
        ),
    ],
)
def test_a_change_is_told_with_both_sides(before: Json, after: Json, patch: Json) -> None:
    assert difference(before, after) == patch
    assert encoded(undone(deepcopy(after), patch)) == encoded(before)


@given(DOCUMENTS, DOCUMENTS)
def test_any_change_can_be_done_and_undone(before: Json, after: Json) -> None:
    patch = difference(before, after)
    assert encoded(jsonpatch.JsonPatch(patch).apply(before)) == encoded(after)
    assert encoded(undone(deepcopy(after), patch)) == encoded(before)


def test_a_beginning_and_an_end_are_undone() -> None:
    document = {"id": "a", "n": [1]}
    assert undone(document, created(document)) is None
    assert undone(None, removed(document)) == document


@pytest.mark.parametrize(
    ("document", "patch", "about"),
    [
        ({"n": 3}, difference({"n": 1}, {"n": 2}), "/n is not what it was changed to"),
        ({}, difference({"n": 1}, {"n": 2}), "/n is not there"),
        ({"n": 2}, difference({"n": [1]}, {"n": [1, 2]}), "/n/1 is not there"),
        ({"n": 1.0}, difference({}, {"n": 1}), "/n is not what it was changed to"),
        (None, created({"a": 1}), "it is not what it was changed to"),
        ({"a": 1}, removed({"a": 1}), "it is there, though it was removed"),
    ],
)
def test_what_was_changed_past_a_patch_is_not_undone(
    document: Json, patch: Json, about: str
) -> None:
    with pytest.raises(Broken, match=f"^{about}$"):
        undone(document, patch)
