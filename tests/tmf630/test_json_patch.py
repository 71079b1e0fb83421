"""JSON Patch: what does not apply is refused, and says nothing of what is stored."""

from typing import Any

import pytest

from tests.queries import ROOT
from tmf_apis.tmf630.errors import TmfError
from tmf_apis.tmf630.json_patch import apply_json_patch, operations


@pytest.mark.rule("R-807", "R-208")
@pytest.mark.parametrize(
    "step",
    [
        {"op": "replace", "path": "/nope/a", "value": 1},
        {"op": "remove", "path": "/note/0/nope"},
        {"op": "add", "path": "/description/b", "value": 1},
        {"op": "add", "path": "/note/7", "value": 1},
        {"op": "move", "from": "/nope/a", "path": "/note/0"},
        {"op": "copy", "from": "/note/nope", "path": "/note/0"},
        {"op": "test", "path": "/description", "value": "another"},
    ],
    ids=lambda step: f"{step['op']} {step['path']}",
)
def test_a_patch_that_does_not_apply_is_told_without_what_is_stored(step: dict[str, Any]) -> None:
    target = {"description": "s3cret", "note": [{"text": "s3cret"}]}
    with pytest.raises(TmfError) as refused:
        apply_json_patch(target, [step], ROOT)
    assert refused.value.cause.status == 409
    assert "s3cret" not in refused.value.message
    assert refused.value.message.startswith("/0: ")
    assert step["path"] in refused.value.message


@pytest.mark.rule("R-807")
@pytest.mark.parametrize(
    ("written", "said"),
    [
        ({"op": "add", "paht": "/a", "value": 1},
         '/0/path: add needs this member, perhaps misspelt as "paht".'),
        ({"op": "add", "path": "/a", "Value": 1},
         '/0/value: add needs this member, perhaps misspelt as "Value".'),
        ({"op": "move", "path": "/a", "value": 1}, "/0/from: move needs this member."),
        ({"Op": "add", "path": "/a", "value": 1},
         "/0/op: one of add, replace, test, remove, move, copy is needed, perhaps misspelt as"
         ' "Op".'),
        ({"op": "update", "path": "/a", "value": 1},
         "/0/op: one of add, replace, test, remove, move, copy is needed."),
    ],
)  # fmt: skip
def test_a_member_that_is_missing_is_told_with_the_one_that_may_be_it(
    written: dict[str, Any], said: str
) -> None:
    with pytest.raises(TmfError) as refused:
        operations([written])
    assert (refused.value.cause.code, refused.value.message) == ("23", said)
