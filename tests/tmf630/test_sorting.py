"""Sort keys: spellings, paths, kinds, refusals (R-601..R-604). Stores prove the order itself."""

import pytest

from tests import naive
from tests.queries import ROOT
from tests.tmf630.asking import listing, refusal
from tmf_apis.spec.types import Kind
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
        ("sort=note[?(@.author=='a')].date", 501),
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
