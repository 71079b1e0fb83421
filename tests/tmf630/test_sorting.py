"""Sort keys: spellings, paths, kinds, refusals (R-601..R-604). Stores prove the order itself."""

from urllib.parse import quote

import pytest

from tests import naive
from tests.queries import ROOT
from tests.tmf630.asking import listing, refusal
from tmf_apis.spec.types import Kind, Shape
from tmf_apis.tmf630.query import Comparison, Operator, Predicate, Step
from tmf_apis.tmf630.sorting import MAX_KEYS


def keys(raw: str) -> list[tuple[str, bool, Kind]]:
    return [
        (
            ".".join(s.name + ("" if s.index is None else f"[{s.index}]") for s in key.path),
            key.descending,
            key.kind,
        )
        for key in listing(raw).query.sort
    ]


@pytest.mark.rule("R-601", "R-602")
@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("sort=name", [("name", False, Kind.TEXT)]),
        ("sort=-name", [("name", True, Kind.TEXT)]),
        ("sort=+name", [("name", False, Kind.TEXT)]),
        ("sort=%2Bname", [("name", False, Kind.TEXT)]),
        ("sort=%20name", [("name", False, Kind.TEXT)]),
        ("sort=%2Dname", [("name", True, Kind.TEXT)]),
        ("sort=-priority,+creationDate",
         [("priority", True, Kind.NUMBER), ("creationDate", False, Kind.INSTANT)]),
        ("sort=-priority, name", [("priority", True, Kind.NUMBER), ("name", False, Kind.TEXT)]),
        ("sort=name&sort=-id", [("name", False, Kind.TEXT), ("id", True, Kind.TEXT)]),
        ("sort=@type", [("@type", False, Kind.TEXT)]),
        ("sort=", []),
        ("sort=&sort=name", [("name", False, Kind.TEXT)]),
        ("", []),
    ],
)  # fmt: skip
def test_keys_have_a_direction_and_a_rank(raw: str, expected: list[tuple[str, bool, Kind]]) -> None:
    assert keys(raw) == expected


@pytest.mark.rule("R-603")
@pytest.mark.parametrize(
    ("path", "name", "kind"),
    [
        ("validFor.startDateTime", "validFor.startDateTime", Kind.INSTANT),
        ("note[*].date", "note.date", Kind.INSTANT),
        ("note.date", "note.date", Kind.INSTANT),
        ("$.note[*].date", "note.date", Kind.INSTANT),
        ("note[0].date", "note[0].date", Kind.INSTANT),
        ("['name']", "name", Kind.TEXT),
        ("channel", "channel", Kind.OBJECT),
    ],
)
def test_keys_may_be_paths(path: str, name: str, kind: Kind) -> None:
    assert keys(f"sort={path}") == [(name, False, kind)]
    assert keys(f"sort=-{path}") == [(name, True, kind)]


@pytest.mark.rule("R-604")
def test_a_key_no_resource_has_is_missing_everywhere() -> None:
    assert keys("sort=unheardOf") == [("unheardOf", False, Kind.ANY)]
    resources = [{"id": "1"}, {"id": "2"}]
    for raw in ("sort=unheardOf", "sort=-unheardOf"):
        assert naive.answer(resources, listing(raw).query)[0] == ["1", "2"]


@pytest.mark.rule("R-604", "R-507")
@pytest.mark.parametrize(
    ("raw", "status"),
    [
        ("sort=-", 400),
        ("sort=--name", 400),
        ("sort=name[", 400),
        ("sort=name desc", 400),
        ("sort=a..", 400),
        ("sort=$", 400),
        ("sort=a.", 400),
        ("sort=name,,id", 400),
        ("sort=,name", 400),
        ("sort=name,", 400),
        ("sort=name,%20,id", 400),
        ("sort=,", 400),
        ("sort=name&sort=,", 400),
        ("sort=a[0,1]", 501),
        ("sort=characteristic[name=speed]", 400),
        ("sort=characteristic[name=speed].value.", 400),
        ("sort=characteristic[name=speed]value", 400),
        ("sort=characteristic[name].value", 400),
        ("sort=characteristic[a[b=c]=speed].value", 400),
        ("sort=note[?(@.author=='a')]", 400),
        ("sort=note[?(@.author==)].date", 400),
        ("sort=$[?(@.name=='a')].name", 501),
        ("sort=note[?(@.author=='a')][?(@.text=='b')].date", 501),
        ("sort=note[?(@.author=='a')][0].date", 501),
        ("sort=" + ",".join(["note[?(" + "||".join(["@.id==1"] * 20) + ")].date"] * 11), 400),
        ("sort=note[?(" + "!(" * 12 + "@.id==1" + ")" * 12 + ")].date", 400),
        ("sort=$..date", 501),
        ("sort=a[0][1]", 501),
        ("sort=" + ",".join("a" * (MAX_KEYS + 1)), 400),
    ],
)
def test_broken_keys_are_refused(raw: str, status: int) -> None:
    refused, message = refusal(raw)
    assert refused == status
    assert "sort" in message


@pytest.mark.rule("R-604")
def test_so_many_keys_are_accepted() -> None:
    assert len(keys("sort=" + ",".join("a" * MAX_KEYS))) == MAX_KEYS


def test_kinds_come_from_the_schema() -> None:
    assert ROOT.children["creationDate"].kind is Kind.INSTANT
    assert keys("sort=creationDate")[0][2] is Kind.INSTANT
    assert keys("sort=setting")[0][2] is Kind.ANY


def chosen(raw: str) -> list[tuple[str, Kind, list[Predicate | None]]]:
    return [
        (".".join(step.name for step in key.path), key.kind, [step.chosen for step in key.path])
        for key in listing(raw).query.sort
    ]


def is_(name: str, value: str) -> Comparison:
    return Comparison((Step(name, Shape.ONE),), Operator.EQ, (value,), Kind.TEXT)


@pytest.mark.rule("R-603")
@pytest.mark.parametrize(
    "key",
    [
        "characteristic[name=speed].value",
        "$.characteristic[name=speed].value",
        'characteristic[name="speed"].value',
        "characteristic[?(@.name=='speed')].value",
        "$.characteristic[?(@.name=='speed')].value",
        "$.characteristic[*][?(@.name=='speed')].value",
    ],
)
@pytest.mark.parametrize("sign", ["", "-", "+"])
def test_a_key_may_be_of_some_elements_of_a_list(key: str, sign: str) -> None:
    raw = f"sort={sign}{quote(key, safe='[]=')}"
    expected = [("characteristic.value", Kind.ANY, [is_("name", "speed"), None])]
    assert chosen(raw) == expected
    assert listing(raw).query.sort[0].descending is (sign == "-")
    both = chosen(f"sort=-name,{quote(key, safe='')}")
    assert both == [("name", Kind.TEXT, [None]), *expected]


@pytest.mark.rule("R-603")
def test_brackets_of_a_key_follow_each_other_and_may_hold_anything() -> None:
    assert chosen("sort=item[action=add].note[author=a,b].date") == [
        (
            "item.note.date",
            Kind.INSTANT,
            [is_("action", "add"), is_("author", "a,b"), None],
        )
    ]
    assert chosen("sort=characteristic[name=a%5B0%5D].value")[0][2][0] == is_("name", "a[0]")


@pytest.mark.rule("R-601", "R-603")
@pytest.mark.parametrize(("sign", "order"), [("", "41032"), ("-", "23014")])
def test_it_orders_by_number_where_the_values_are_numbers(sign: str, order: str) -> None:
    things = [
        {"id": "0", "characteristic": [{"name": "speed", "value": 9}, {"name": "n", "value": 99}]},
        {"id": "1", "characteristic": [{"name": "speed", "value": -1}]},
        {"id": "2", "characteristic": [{"name": "n", "value": 1}, {"name": "speed", "value": "1"}]},
        {"id": "3", "characteristic": [{"name": "speed", "value": 10}]},
        {"id": "4", "characteristic": [{"name": "n", "value": 50}]},
    ]
    query = listing(f"sort={sign}characteristic[name=speed].value").query
    assert "".join(naive.answer(things, query)[0]) == order
