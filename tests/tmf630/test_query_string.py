"""Query strings: split before they are decoded, reserved names told from conditions (R-415)."""

import re
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tmf630.asking import keeps, listing, refusal
from tmf_apis.tmf630.query_string import RESERVED, split

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

    @pytest.mark.rule("R-415")
    @pytest.mark.parametrize(
        ("raw", "matching", "other"),
        [
            ("name='a'", ["a", "'a'"], ["'a", "a'", "b"]),
            ("name=%27a%27", ["a", "'a'"], ["b"]),
            ("name='a','b'", ["a", "'b'"], ["a','b"]),
            ("name='a,b'", ["a,b", "'a,b'"], ["a", "'a"]),
            ("name='a,b',c", ["a,b", "c"], ["b"]),
            ("name='", ["'"], [""]),
            ("name=''", ["", "''"], ["'"]),
            ("name=it's", ["it's"], ["its"]),
            ("name=it's,that's", ["it's", "that's"], ["it"]),
            ("name=\"'a'\"", ["'a'"], ["a"]),
            ("name='\"a\"'", ['"a"'], ["a"]),
            ("name.in='a','b'", ["a", "b"], ["c"]),
            ("name.gt='b'", ["c"], ["a", "'c'"]),
            ("name.regex='a'", ["x'a'"], ["a"]),
            ("extra='5'", [5, "5", "'5'"], [6]),
            ("extra='true'", [True, "true"], [1]),
            ("priority='5'", [5], [6]),
            ("priority.gte='5'", [5, 6], [4]),
            ("isBundle='true'", [True], [False]),
            ("lastUpdate='2019-07-03T03:32:17.235Z'", ["2019-07-03T03:32:17.235Z"],
             ["2019-07-03T03:32:17.236Z"]),
            ("lastUpdate='2019-07-03T05:32:17.235+02:00'", ["2019-07-03T03:32:17.235Z"],
             ["2019-07-03T05:32:17.235Z"]),
            ("lastUpdate.gt='2019-07-03'", ["2019-07-03T03:32:17.235Z"], ["2019-07-02T00:00:00Z"]),
            ("lastUpdate.gt=\"2019-07-03T05:32:17+02:00\"", ["2019-07-03T03:32:18Z"],
             ["2019-07-03T03:32:17Z"]),
        ],
    )  # fmt: skip
    def test_may_stand_in_single_quotes(
        self, raw: str, matching: list[Any], other: list[Any]
    ) -> None:
        name = re.split(r"[.=]", raw)[0]
        assert [v for v in matching + other if keeps(raw, {name: v})] == matching

    def test_in_single_quotes_are_excluded_with_and_without_them(self) -> None:
        assert keeps("name.ne='a'", {"name": "b"})
        assert not keeps("name.ne='a'", {"name": "a"})
        assert not keeps("name.ne='a'", {"name": "'a'"})

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

    @pytest.mark.parametrize("name", sorted(RESERVED))
    @pytest.mark.parametrize(("raw", "value"), [("==5", "=5"), ("=~5", "~5"), ("%3D%3D5", "=5")])
    def test_take_the_value_as_it_stands(self, name: str, raw: str, value: str) -> None:
        assert split(f"{name}{raw}") == ({name: [value]}, [])

    @pytest.mark.parametrize(
        ("raw", "names"),
        [
            ("_=1&a=2", ["a"]),
            ("_&a=2", ["a"]),
            ("_==1;a=2", ["a"]),
            ("API_key=x&a=2;b", ["a", "a"]),
            ("_.eq=1", ["_.eq"]),
            ("_>1", ["_"]),
            ("__=1", ["__"]),
            ("a=_", ["a"]),
        ],
    )
    def test_some_are_ignored(self, raw: str, names: list[str]) -> None:
        _, alternatives = split(raw, ignored=("_", "api_key"))
        assert [condition.name for found in alternatives for condition in found] == names

    @pytest.mark.rule("R-418")
    @pytest.mark.parametrize(
        ("raw", "values"),
        [
            ("filter=$[?(@.name+=~+/^a+b/)]",
             ["$[?(@.name =~ /^a b/)]", "$[?(@.name =~ /^a+b/)]"]),
            ("filter=$[?(@.name+=~+/^a%2Bb/)]", ["$[?(@.name =~ /^a+b/)]"]),
            ("filter=$[?(@.name=='a+b')]", ["$[?(@.name=='a b')]"]),
            ("filter=$[?(@.name=='a+b'+%26%26+@.id=~/x/)]", ["$[?(@.name=='a b' && @.id=~/x/)]"]),
            ("filter=$[?(@.name=~/(+a)/)]", ["$[?(@.name=~/( a)/)]"]),
            ("fields=note[?(@.text=~/a+/)]", ["note[?(@.text=~/a /)]", "note[?(@.text=~/a+/)]"]),
        ],
    )  # fmt: skip
    def test_of_a_json_path_with_a_raw_plus_in_a_pattern_have_two_readings(
        self, raw: str, values: list[str]
    ) -> None:
        assert split(raw) == ({raw.partition("=")[0]: values}, [])


@given(st.text(alphabet=st.characters(blacklist_categories=("Cs",), blacklist_characters="\0")))
@pytest.mark.rule("R-415")
def test_any_text_can_be_asked_for(text: str) -> None:
    # Behind a bare `=` a tilde begins a pattern, and double quotes around a value are dropped.
    assert keeps(f'name.eq="{quote(text, safe="")}"', {"name": text})
    if not text.startswith(("~", '"')):
        assert keeps(f"name={quote(text, safe='')}", {"name": text})


@pytest.mark.parametrize(("size", "remembered"), [(10, True), (20_000, False)])
def test_a_long_query_is_not_remembered(size: int, remembered: bool) -> None:
    raw = "name=" + "x" * size
    assert (listing(raw) is listing(raw)) is remembered
    assert listing(raw).query.long is not remembered
