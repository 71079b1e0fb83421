"""The merge patch between two documents does what it is for, by the rules that apply one."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.handlers.facts import APIS
from tmf_apis.tmf630.merge_patch import difference
from tmf_apis.tmf630.patching import merge

Json = dict[str, Any]

_LEAVES = st.booleans() | st.integers(-2, 2) | st.text("xy", max_size=2)
_VALUES = st.recursive(
    _LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("ab"), inner),
    max_leaves=5,
)
#: No attribute of it is named as those here are.
ANY = APIS[0].resources[0].attributes
DOCUMENTS = st.dictionaries(st.sampled_from("abcd"), _VALUES)


@pytest.mark.parametrize(
    ("before", "after", "patch"),
    [
        ({"id": "1", "a": 1}, {"id": "1", "a": 1}, {}),
        ({"a": 1, "b": [1, 2]}, {"a": 2, "b": [2]}, {"a": 2, "b": [2]}),
        ({"a": 1, "b": 2}, {"a": 1}, {"b": None}),
        ({"a": {"b": 1, "c": 2}}, {"a": {"b": 3}}, {"a": {"b": 3, "c": None}}),
        ({"a": [1]}, {"a": {"b": 1}}, {"a": {"b": 1}}),
        ({}, {"a": None, "b": 1}, {"b": 1}),
        ({"a": 1}, {"a": True}, {"a": True}),
    ],
)
def test_only_what_differs_is_patched(before: Json, after: Json, patch: Json) -> None:
    assert json.dumps(difference(before, after), sort_keys=True) == json.dumps(patch)


@settings(max_examples=40)
@given(DOCUMENTS, DOCUMENTS)
def test_the_patch_makes_one_document_of_the_other(before: Json, after: Json) -> None:
    made = merge(before, difference(before, after), ANY)
    assert (made, difference(before, before)) == (after, {})
