"""Values of a token in a condition: each is one value, whatever is in it."""

from typing import Any

import pytest

from tests.handlers.facts import case
from tmf_apis.policy.looked_at import looked_at
from tmf_apis.policy.values import Unfilled, claimed, filled, names_in
from tmf_apis.tmf630.limits import parse_json
from tmf_apis.tmf630.listing import kept, parse_listing
from tmf_apis.tmf630.matching import matches
from tmf_apis.tmf630.paging import Limits
from tmf_apis.tmf630.query import Predicate
from tmf_apis.tmf630.query_string import split

ORDER = case("TMF622-v4/productOrder").resource.attributes


def parsed(rows: str) -> Predicate:
    reserved, conditions = split(rows)
    return kept(reserved, conditions, ORDER)


def of_party(id: str) -> dict[str, Any]:
    return {"relatedParty": [{"id": "other"}, {"id": id}]}


ROWS = [
    "relatedParty.id=${party}",
    "relatedParty[role=x].id=${party};relatedParty.id=${party}",
    "filter=$[?(@.relatedParty[?(@.id=='${party}')])]",
    "relatedParty.id.in=a,${party}&relatedParty.id.ne=b",
]
STRANGE = [
    "42",
    "a'b",
    'a"b',
    "a,b",
    "a;b",
    "a&b=c",
    "a%27b",
    "*",
    "x' || true",
    "${party}",
    "ä\\",
    "] ",
]


@pytest.mark.parametrize("rows", ROWS)
@pytest.mark.parametrize("party", STRANGE)
def test_a_value_is_compared_as_it_is(party: str, rows: str) -> None:
    where = filled(parsed(rows), {"party": [party]})
    assert matches(where, of_party(party))
    assert not matches(where, of_party("b"))
    assert not matches(where, of_party(f"{party}x"))
    assert not matches(where, of_party("other"))


def test_several_values_are_alternatives_and_what_excludes_excludes_them_all() -> None:
    values = {"party": ["1", "2"]}
    either = filled(parsed("relatedParty.id=${party}"), values)
    assert [matches(either, of_party(id)) for id in ("1", "2", "3")] == [True, True, False]
    neither = filled(parsed("relatedParty.id.ne=${party}"), values)
    assert [matches(neither, of_party(id)) for id in ("1", "2", "3")] == [False, False, True]


@pytest.mark.parametrize("values", [{}, {"party": []}, {"party": ()}])
def test_a_value_that_is_not_there_is_none_and_not_every(values: Any) -> None:
    for rows in ("relatedParty.id=${party}", "relatedParty.id.ne=${party}"):
        with pytest.raises(Unfilled, match="party"):
            filled(parsed(rows), values)


def test_the_names_are_known() -> None:
    where = parsed("id=${a}&(x=1)&relatedParty.id=${b};note.text=${a}")
    assert set(names_in(where)) == {"a", "b"}


@pytest.mark.parametrize(
    ("claims", "way", "found"),
    [
        ('{"a": "x"}', ["a"], ("x",)),
        ('{"a": 42}', ["a"], ("42",)),
        ('{"a": ["x", 7, true, null, "", {}]}', ["a"], ("x", "7")),
        ('{"a": {"b": ["x"]}}', ["a", "b"], ("x",)),
        ('{"a": "x"}', ["a", "b"], ()),
        ('{"a": true}', ["a"], ()),
        ('{"a": ""}', ["a"], ()),
        ("{}", ["a"], ()),
        ('{"https://x.example/roles": "x"}', ["https://x.example/roles"], ("x",)),
    ],
)
def test_what_a_token_says_is_texts(claims: str, way: list[str], found: tuple[str, ...]) -> None:
    assert claimed(parse_json(claims.encode()), way) == found


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("note.text=x", {"note"}),
        ("note[author=x].text=y;state=a&priority.gt=1", {"note", "state", "priority"}),
        ("note!=x", {"note!"}),
        ("note", {"note"}),
        ("note.text.ne=x", {"note"}),
        ("filter=$[?(@.note[?(@.text=='x')])]", {"note"}),
        ("filter=$[?(@['note'][*].text=='x' || @.state=='a')]", {"note", "state"}),
        ("filter=$.note[?(@.text=='x')]", {"note"}),
        ("filter=note[?(@.text=='x')]", {"note"}),
        ("sort=-note.text,state", {"note", "state"}),
        ("sort=$.note[?(@.author=='x')].text", {"note"}),
        ("%6eote.text=x", {"note"}),
        ("limit=1&fields=note", set()),
    ],
)
def test_what_a_query_looks_at_is_known(query: str, names: set[str]) -> None:
    assert looked_at(parse_listing(query, ORDER, Limits(10, 100)).query) == names
