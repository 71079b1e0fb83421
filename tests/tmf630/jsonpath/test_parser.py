"""The grammar: segments, and the predicates between them (R-504, R-505)."""

from typing import Any

import pytest

from tests.queries import ROOT
from tests.tmf630.jsonpath.asking import Resource, found
from tmf_apis.spec.types import Shape
from tmf_apis.tmf630.jsonpath.parser import parse
from tmf_apis.tmf630.jsonpath.segments import At, Every, Member


class TestSegments:
    def test_carry_the_shape_the_schema_declares(self) -> None:
        assert parse("$.note[*].author", ROOT) == (
            Member("note", Shape.MANY),
            Every(),
            Member("author", Shape.ONE),
        )
        assert parse("extra[1,2]", ROOT) == (Member("extra", Shape.EITHER), At((1, 2)))


class TestPredicates:
    @pytest.mark.rule("R-504")
    @pytest.mark.parametrize(
        ("text", "match", "other"),
        [
            ("@.priority==5", 5, 6),
            ("@.priority==5.0", 5, "5"),
            ("@.priority!=5", 6, 5),
            ("@.priority>5", 6, 5),
            ("@.priority>=5", 5, 4),
            ("@.priority<5", 4, 5),
            ("@.priority<=5", 5, 6),
            ("5<@.priority", 6, 5),
            ("5>=@.priority", 5, 6),
            ("@.priority>-1.5e1", -14, -15),
            ("@.priority", 0, None),
            ("!@.priority", None, 0),
            ("!(@.priority==5)", 6, 5),
            ("!!(@.priority==5)", 5, 6),
            ("@.priority==5||@.priority==6", 6, 7),
            ("@.priority>5&&@.priority<7", 6, 7),
            ("@.priority==null", None, 0),
            ("@.priority!=null", 0, None),
        ],
    )
    def test_hold_for_one_value_and_not_for_another(
        self, text: str, match: Any, other: Any
    ) -> None:
        def one(value: Any) -> Resource:
            return {} if value is None else {"priority": value}

        assert found(f"[?({text})]", one(match))
        assert not found(f"[?({text})]", one(other))

    @pytest.mark.rule("R-504")
    def test_take_and_before_or_and_parentheses_before_both(self) -> None:
        resource = {"name": "a", "category": "x"}
        assert found("[?(@.name=='a' || @.name=='b' && @.category=='y')]", resource)
        assert not found("[?((@.name=='a' || @.name=='b') && @.category=='y')]", resource)
