"""Query strings: split before they are decoded, reserved names told from conditions (R-415)."""

from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tmf630.asking import keeps, listing, refusal
from tmf_apis.tmf630.query import ALWAYS
from tmf_apis.tmf630.query_string import MAX_CONDITIONS, RESERVED, split

Resource = dict[str, Any]


class TestValues:
    @pytest.mark.rule("R-415")
    @pytest.mark.parametrize(
        ("raw", "match", "other"),
        [
            ("name=a%2Cb", {"name": "a,b"}, {"name": "a"}),
            ("name=a%3Bb", {"name": "a;b"}, {"name": "a"}),
            ("name=a%26category=b", {"name": "a&category=b"}, {"name": "a"}),
            ('name="a"', {"name": "a"}, {"name": '"a"'}),
            ("name=%22a%22", {"name": "a"}, {"name": '"a"'}),
            ('name=""a""', {"name": '"a"'}, {"name": "a"}),
            ('name="', {"name": '"'}, {"name": ""}),
            ('name="a,b"', {"name": "a,b"}, {"name": "a"}),
            ('name="a,b",c', {"name": "c"}, {"name": "b"}),
            ('name=5",6"', {"name": '6"'}, {"name": '5",6"'}),
            ('lastUpdate="2024-01-01T00:00:00Z"',
             {"lastUpdate": "2024-01-01T00:00:00Z"}, {"lastUpdate": "2024-01-01T00:00:01Z"}),
            ("lastUpdate=2024-01-01T02:00:00+02:00",
             {"lastUpdate": "2024-01-01T00:00:00Z"}, {"lastUpdate": "2024-01-01T02:00:00Z"}),
            ("extra=2024-01-01T02:00:00+02:00",
             {"extra": "2024-01-01T02:00:00+02:00"}, {"extra": "2024-01-01T02:00:00 02:00"}),
        ],
    )  # fmt: skip
    def test_are_split_before_they_are_decoded(
        self, raw: str, match: Resource, other: Resource
    ) -> None:
        assert keeps(raw, match)
        assert not keeps(raw, other)

    @pytest.mark.parametrize(
        "raw", ["name=%00", "%00=a", "name=%FF", "name=\ud800", "a.regex=%ED%A0%80"]
    )
    def test_that_are_no_text_are_refused(self, raw: str) -> None:
        assert refusal(raw)[0] == 400


class TestReservedNames:
    @pytest.mark.parametrize("name", sorted(RESERVED))
    def test_are_told_from_conditions(self, name: str) -> None:
        reserved, conditions = split(f"{name}=a%2Cb&{name}.eq=c")
        assert reserved == {name: ["a,b"]}
        assert [[condition.name for condition in each] for each in conditions] == [[f"{name}.eq"]]


class TestBounds:
    def test_so_many_conditions_are_accepted_and_no_more(self) -> None:
        assert listing("&".join(["a=1"] * MAX_CONDITIONS)).query.where != ALWAYS
        assert refusal("&".join(["a=1"] * (MAX_CONDITIONS + 1)))[0] == 400
        assert refusal(";".join(["a=1"] * (MAX_CONDITIONS + 1)))[0] == 400


@given(st.text(alphabet=st.characters(blacklist_categories=("Cs",), blacklist_characters="\0")))
@pytest.mark.rule("R-415")
def test_any_text_can_be_asked_for(text: str) -> None:
    # Behind a bare `=` a tilde begins a pattern, and double quotes around a value are dropped.
    assert keeps(f'name.eq="{quote(text, safe="")}"', {"name": text})
    if not text.startswith(("~", '"')):
        assert keeps(f"name={quote(text, safe='')}", {"name": text})
