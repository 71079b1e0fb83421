"""What a patch makes of a record: the examples of RFC 7396 and the operations of RFC 6902."""

from typing import Any

import pytest

from conformance.oracle.patches import merged, patched


@pytest.mark.parametrize(
    ("target", "patch", "result"),
    [
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
)
def test_a_merge_patch_makes_what_the_rfc_says(target: Any, patch: Any, result: Any) -> None:
    assert merged(target, patch) == result


RECORD = {"a": 1, "list": ["x", "y"], "object": {"b": 2}}


@pytest.mark.parametrize(
    ("step", "changes"),
    [
        ({"op": "add", "path": "/c", "value": 3}, {"c": 3}),
        ({"op": "add", "path": "/list/-", "value": "z"}, {"list": ["x", "y", "z"]}),
        ({"op": "add", "path": "/list/0", "value": "z"}, {"list": ["z", "x", "y"]}),
        ({"op": "replace", "path": "/object/b", "value": 3}, {"object": {"b": 3}}),
        ({"op": "replace", "path": "/list/1", "value": "z"}, {"list": ["x", "z"]}),
        ({"op": "remove", "path": "/list/0"}, {"list": ["y"]}),
        ({"op": "copy", "from": "/a", "path": "/object/b"}, {"object": {"b": 1}}),
        ({"op": "move", "from": "/list/0", "path": "/list/-"}, {"list": ["y", "x"]}),
        ({"op": "test", "path": "/a", "value": 1}, {}),
    ],
)
def test_an_operation_makes_what_the_rfc_says(step: Any, changes: Any) -> None:
    assert patched(RECORD, [step]) == RECORD | changes
    assert RECORD == {"a": 1, "list": ["x", "y"], "object": {"b": 2}}


def test_operations_follow_one_another_and_a_path_to_nothing_is_none() -> None:
    steps = [{"op": "remove", "path": "/a"}, {"op": "remove", "path": "/list/1"}]
    assert patched(RECORD, steps) == {"list": ["x"], "object": {"b": 2}}
    with pytest.raises(KeyError):
        patched(RECORD, [steps[0], steps[0]])
