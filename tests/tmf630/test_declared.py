"""Names in queries that a resource does not declare, and what they could have been (D29)."""

import pytest

from tests.queries import ROOT
from tests.tmf630.asking import LIMITS, listing
from tmf_apis.spec.attributes import Attribute
from tmf_apis.tmf630.declared import told, undeclared_keys
from tmf_apis.tmf630.listing import parse_listing


def unknown(raw: str) -> list[str]:
    return [".".join(names) for names in listing(raw).undeclared]


@pytest.mark.rule("R-416")
@pytest.mark.parametrize(
    "raw",
    [
        "",
        "name=a&priority.gt=1&note.author=b&validFor.startDateTime",
        "note[author=a].text=b",
        "filter=$[?(@.note[?(@.author=='a' %26%26 @.rating>1)] || !@.tag)]",
        "filter=item[?(@.action=='add')].note.text&filter=$.name",
        # Meta attributes and the id are never strange, nor what is below a value of any kind.
        "id=1&href=x&@type=A&@baseType=B&@schemaLocation=C&note.@type=D&note.id=1",
        "setting.anything.goes=1&characteristic.value.unit=GB",
        "sort=nmae&fields=nmae&limit=1",
    ],
)
def test_what_is_declared_is_not_told(raw: str) -> None:
    assert unknown(raw) == []


@pytest.mark.rule("R-416")
@pytest.mark.parametrize(
    ("raw", "names"),
    [
        ("nmae=a", ["nmae"]),
        ("nmae", ["nmae"]),
        ("nmae.ne=a", ["nmae"]),
        ("nmae.x.y=a", ["nmae"]),
        ("note.autor=a", ["note.autor"]),
        ("name!=a", ["name!"]),
        ("nmae=a&name=b;page=2&nmae=c", ["nmae", "page"]),
        ("note[autor=a].text=b", ["note.autor"]),
        ("note[author=a].txt=b", ["note.txt"]),
        ("nots[author=a].text=b", ["nots"]),
        ("filter=$[?(@.note[?(@.autor=='a' || !@.txt)])]", ["note.autor", "note.txt"]),
        ("filter=nots[?(@.author=='a')]", ["nots"]),
        ("filter=note[?(@.author=='a')].txt", ["note.txt"]),
        ("filter=note[0].txt", ["note.txt"]),
        ("item.item.actoin=a", ["item.item.actoin"]),
    ],
)
def test_what_is_not_is_told_up_to_there(raw: str, names: list[str]) -> None:
    assert unknown(raw) == names


def test_nothing_is_strange_to_a_resource_without_attributes() -> None:
    for raw in ("a=1", "a.b=1", "filter=a[?(@.b==1)]"):
        assert parse_listing(raw, Attribute([], {}), LIMITS).undeclared == ()


@pytest.mark.parametrize(
    ("raw", "names"),
    [
        ("sort=nmae,-name,note.autor", [("nmae",), ("note", "autor")]),
        ("sort=note[autor=a].date", [("note", "autor")]),
        ("sort=note[?(@.author=='a')].txt", [("note", "txt")]),
    ],
)
def test_keys_of_an_order_are_looked_at_alike(raw: str, names: list[tuple[str, ...]]) -> None:
    assert list(undeclared_keys(listing(raw).query.sort, ROOT)) == names


PARAMETERS = "beside attributes there are fields, filter, limit, offset and sort"


@pytest.mark.rule("R-416")
@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        ("nmae", "Thing declares no such attribute; the nearest is name."),
        ("Name", "Thing declares no such attribute; the nearest is name."),
        ("isbundle", "Thing declares no such attribute; the nearest is isBundle."),
        ("limt", "Thing declares no such attribute; the nearest is limit."),
        ("orderby", f"Thing declares no such attribute; {PARAMETERS}."),
        ("page", f"Thing declares no such attribute; {PARAMETERS}."),
        ("note.autor", "Thing declares no such attribute; the nearest is note.author."),
        ("note.limt", "Thing declares no such attribute."),
        ("role", "Thing declares no such attribute; the nearest is relatedParty.role."),
        ("item.author", "Thing declares no such attribute; the nearest is item.note.author."),
        ("name!", "Thing declares no such attribute; for what is not equal write name.ne=."),
        ("note.author!",
         "Thing declares no such attribute; for what is not equal write note.author.ne=."),
    ],
)  # fmt: skip
def test_the_nearest_is_told(names: str, sentence: str) -> None:
    assert told(tuple(names.split(".")), ROOT, "Thing") == sentence
