"""What the index of mentions can say about a predicate, and when it has nothing to say."""

from typing import Any

import pytest

from persistence.mentions import Asked, mentioned, mentioned_of_element
from tests.persistence.driver import PAIRS, REFERENCES, THINGS, many, one
from tmf_apis.tmf630.query import All, Comparison, Kind, Operator, Path, Predicate, Step

CHANNEL, PARTY = REFERENCES
[CHARACTERISTIC] = PAIRS


def equal(path: Path, *values: Any, kind: Kind = Kind.TEXT) -> Comparison:
    return Comparison(path, Operator.EQ, values, kind)


class TestIds:
    def test_are_asked_for_by_the_number_of_their_path(self) -> None:
        assert mentioned(THINGS, equal(CHANNEL, "a")) == Asked(0, CHANNEL, ["a"])
        assert mentioned(THINGS, equal(PARTY, "a", "b")) == Asked(1, PARTY, ["a", "b"])

    @pytest.mark.parametrize(
        "comparison",
        [
            equal(one("channel", "name"), "a"),
            equal((Step("party", index=0), Step("id")), "a"),
            equal(CHANNEL, "a", kind=Kind.ANY),
            Comparison(CHANNEL, Operator.REGEX, ("a",), Kind.TEXT),
        ],
    )
    def test_are_known_only_whole_and_at_any_position(self, comparison: Comparison) -> None:
        assert mentioned(THINGS, comparison) is None


class TestElements:
    def test_mention_the_pair_they_must_hold(self) -> None:
        inner = All((equal(one("name"), "a"), equal(one("value"), "x", 1, kind=Kind.ANY)))
        assert mentioned_of_element(THINGS, CHARACTERISTIC, inner) == Asked(
            2, CHARACTERISTIC, ["a\x1fsx", "a\x1fn1"]
        )

    def test_mention_the_id_they_must_have(self) -> None:
        inner = All((equal(one("role"), "seller"), equal(one("id"), "p")))
        assert mentioned_of_element(THINGS, many("party"), inner) == Asked(1, PARTY, ["p"])

    @pytest.mark.parametrize(
        ("path", "inner"),
        [
            (CHARACTERISTIC, equal(one("name"), "a")),
            (CHARACTERISTIC, All((equal(one("name"), 1), equal(one("value"), "x")))),
            ((Step("characteristic", index=0),), All(())),
            (many("party"), equal(one("role"), "seller")),
            (many("note"), equal(one("id"), "n")),
        ],
    )
    def test_of_which_the_index_knows_nothing(self, path: Path, inner: Predicate) -> None:
        assert mentioned_of_element(THINGS, path, inner) is None
