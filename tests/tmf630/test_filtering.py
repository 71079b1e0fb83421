"""Attribute filters: spellings, operators, joints and values (R-401..R-419)."""

from typing import Any
from urllib.parse import quote

import pytest

from tests.queries import ROOT
from tests.tmf630.asking import keeps, kept, listing, refusal
from tmf_apis.tmf630.filtering import MAX_CONDITIONS
from tmf_apis.tmf630.paths import MAX_BOUNDS
from tmf_apis.tmf630.query import ALWAYS, Query
from tmf_apis.tmf630.sorting import parse_sort
from tmf_apis.tmf630.weight import MAX_COMPARISONS

Resource = dict[str, Any]


class TestEquality:
    @pytest.mark.rule("R-401")
    @pytest.mark.parametrize(
        ("raw", "match", "other"),
        [
            ("name=a", {"name": "a"}, {"name": "b"}),
            ("name=a", {"name": "a"}, {"name": "A"}),
            ("name=a", {"name": "a"}, {"name": "ab"}),
            ("name=a", {"name": "a"}, {}),
            ("name=", {"name": ""}, {"name": "a"}),
            ("name=ü", {"name": "ü"}, {"name": "u"}),
            ("name=%C3%BC", {"name": "ü"}, {"name": "u"}),
            ("name=a+b", {"name": "a b"}, {"name": "a+b"}),
            ("name=a%2Bb", {"name": "a+b"}, {"name": "a b"}),
            ("name=a=b==", {"name": "a=b=="}, {"name": "a"}),
        ],
    )
    def test_matches_the_exact_value_only(self, raw: str, match: Resource, other: Resource) -> None:
        assert keeps(raw, match)
        assert not keeps(raw, other)

    @pytest.mark.rule("R-419")
    def test_takes_a_lone_star_for_itself(self) -> None:
        assert keeps("name=*", {"name": "*"})
        assert not keeps("name=*", {"name": "a"})

    @pytest.mark.rule("R-412")
    @pytest.mark.parametrize("raw", ["@type=Big", "%40type=Big", "@type.eq=Big"])
    def test_reaches_meta_attributes(self, raw: str) -> None:
        assert keeps(raw, {"@type": "Big"})
        assert not keeps(raw, {"@type": "Small", "type": "Big"})

    @pytest.mark.rule("R-412")
    def test_reaches_meta_attributes_of_references(self) -> None:
        raw = "relatedParty.@referredType=Customer"
        assert keeps(raw, {"relatedParty": [{"@referredType": "Customer"}]})
        assert not keeps(raw, {"relatedParty": [{"@referredType": "Seller"}]})

    @pytest.mark.rule("R-417")
    def test_searches_by_id(self) -> None:
        assert keeps("id=1", {"id": "1"})
        assert not keeps("id=1", {"id": "01"})

    @pytest.mark.rule("R-416")
    def test_matches_nothing_by_an_attribute_nobody_has(self) -> None:
        assert not keeps("unheardOf=a", {"name": "a"})
        assert keeps("unheardOf=a", {"unheardOf": "a"})

    def test_of_nothing_keeps_everything(self) -> None:
        assert listing("").query == Query(limit=100)
        assert listing("&;&").query.where == ALWAYS

    @pytest.mark.rule("R-413")
    @pytest.mark.parametrize("name", sorted(ROOT.children))
    def test_is_offered_for_every_first_level_attribute(self, name: str) -> None:
        assert listing(f"{name}=x").query.asked == (name,)


class TestOperators:
    @pytest.mark.rule("R-406", "R-407")
    @pytest.mark.parametrize(
        ("signs", "matching", "other"),
        [
            (("=", ".eq=", "==", "%3D%3D", "%3D="), [5, 5.0], [4, 6, "5", True]),
            ((".gt=", ">", "%3E"), [6, 5.5], [5, 4, "6"]),
            ((".gte=", ">=", "%3E=", "%3E%3D"), [5, 6], [4, 4.999]),
            ((".lt=", "<", "%3C"), [4, -1], [5, 6, "4"]),
            ((".lte=", "<=", "%3C=", "%3C%3D", "<%3D"), [5, 4], [6]),
        ],
    )
    def test_compare_in_every_spelling(
        self, signs: tuple[str, ...], matching: list[Any], other: list[Any]
    ) -> None:
        for sign in signs:
            assert [v for v in matching + other if keeps(f"priority{sign}5", {"priority": v})] == (
                matching
            ), sign

    @pytest.mark.rule("R-406", "R-407", "R-418")
    @pytest.mark.parametrize("sign", [".regex=", "*=", "%2A=", "=~", "=%7E", "%3D~", "%3D%7E"])
    def test_find_a_pattern_in_every_spelling(self, sign: str) -> None:
        assert keeps(f"name{sign}b", {"name": "abc"})
        assert not keeps(f"name{sign}b", {"name": "acd"})

    @pytest.mark.rule("R-408")
    @pytest.mark.parametrize(
        ("raw", "match", "other"),
        [
            ("name.in=a,b", {"name": "b"}, {"name": "c"}),
            ("name.ne=a", {"name": "b"}, {"name": "a"}),
            ("name.ne=a", {}, {"name": "a"}),
            ("name.nin=a,b", {"name": "c"}, {"name": "b"}),
            ("name.ne=a&name.ne=b", {"name": "c"}, {"name": "b"}),
            ("name.ne=a&name.ne=b", {"name": "c"}, {"name": "a"}),
        ],
    )
    def test_beyond_the_table_are_offered(self, raw: str, match: Resource, other: Resource) -> None:
        assert keeps(raw, match)
        assert not keeps(raw, other)

    @pytest.mark.rule("R-408")
    @pytest.mark.parametrize("raw", ["name.like=a", "priority.contains=1", "isBundle.isnull=true"])
    def test_unknown_on_a_declared_scalar_are_refused(self, raw: str) -> None:
        status, message = refusal(raw)
        assert status == 400
        assert raw.partition("=")[0] in message and ".regex" in message

    @pytest.mark.rule("R-406", "R-408")
    @pytest.mark.parametrize(
        ("raw", "match", "other"),
        [
            ("name.eq=~alice", {"name": "~alice"}, {"name": "alice"}),
            ("name.eq==bob", {"name": "=bob"}, {"name": "bob"}),
            ("name.eq=%3Dbob", {"name": "=bob"}, {"name": "bob"}),
            ("name.eq%3D%7Ealice", {"name": "~alice"}, {"name": "alice"}),
            ("name.in=~a,b", {"name": "~a"}, {"name": "a"}),
            ("name.in=~a,b", {"name": "b"}, {"name": "~b"}),
            ("name.ne=~a", {"name": "a"}, {"name": "~a"}),
            ("name.nin==a,b", {"name": "a"}, {"name": "=a"}),
            ("name.gt=~", {"name": "~a"}, {"name": "a"}),
            ("name.lte==", {"name": "="}, {"name": "~"}),
            ("name.regex=~a", {"name": "b~a"}, {"name": "a"}),
            ("name.regex==a", {"name": "b=a"}, {"name": "a"}),
            ("extra.eq=~a", {"extra": "~a"}, {"extra": "a"}),
            ("note[author=a].text.eq=~b",
             {"note": [{"author": "a", "text": "~b"}]}, {"note": [{"author": "a", "text": "b"}]}),
        ],
    )  # fmt: skip
    def test_in_words_take_the_value_as_it_stands(
        self, raw: str, match: Resource, other: Resource
    ) -> None:
        assert keeps(raw, match)
        assert not keeps(raw, other)

    @pytest.mark.rule("R-408")
    @pytest.mark.parametrize("raw", ["name.gt>5", "name.eq*=a", "priority.lte<=5", "name.ne>=a"])
    def test_in_words_and_in_signs_are_refused_together(self, raw: str) -> None:
        status, message = refusal(raw)
        assert status == 400
        assert "two operators" in message

    def test_in_words_that_are_attributes_of_their_parent_are_no_operators(self) -> None:
        assert keeps("extra.x.like=~a", {"extra": {"x": {"like": "ba"}}})

    def test_unknown_below_an_object_are_attributes(self) -> None:
        assert keeps("channel.like=a", {"channel": {"like": "a"}})
        assert keeps("extra.like=a", {"extra": {"like": "a"}})

    def test_stand_alone_as_a_name(self) -> None:
        assert keeps("gt=a", {"gt": "a"})

    def test_reach_attributes_with_reserved_names(self) -> None:
        assert keeps("offset.eq=5", {"offset": 5})
        assert not keeps("offset.eq=5", {"offset": 6})
        assert listing("offset.eq=5").query.offset == 0

    def test_missing_mean_presence(self) -> None:
        assert keeps("name", {"name": ""})
        assert not keeps("name", {"category": "a"})
        assert keeps("note.author", {"note": [{}, {"author": "a"}]})
        assert not keeps("note.author", {"note": [{}]})


class TestPatterns:
    @pytest.mark.rule("R-418")
    @pytest.mark.parametrize(
        ("pattern", "match", "other"),
        [
            ("b", "abc", "aac"),
            ("^b", "bc", "abc"),
            ("b$", "ab", "abc"),
            ("(?i)B", "abc", "acd"),
            ("a,b", "xa,by", "a"),
            ("a;b", "a;b", "a"),
            ("^$", "", "a"),
            ("5", "a5", "a6"),
            ("1e3", "1e3", "1000.0"),
            ("true", "true", "True"),
            ('"b"', "abc", "acd"),
        ],
    )
    def test_are_found_anywhere_unless_anchored(self, pattern: str, match: str, other: str) -> None:
        raw = f"name.regex={quote(pattern, safe=',')}"
        assert keeps(raw, {"name": match})
        assert not keeps(raw, {"name": other})

    @pytest.mark.rule("R-418")
    def test_do_not_match_what_is_no_text(self) -> None:
        assert not keeps("extra.regex=5", {"extra": 5})
        assert not keeps("extra.regex=.", {"extra": None})

    @pytest.mark.rule("R-415", "R-418")
    @pytest.mark.parametrize(
        ("pattern", "matching", "other"),
        [
            ("^a+$", ["aa", "a "], ["ab", "a+"]),
            ("Power+problem", ["Power problem", "Powerrproblem"], ["Power+problem"]),
            ("^a%2B$", ["aa"], ["a ", "a+"]),
            ("^a%20b$", ["a b"], ["ab", "aab"]),
            ("^[+]$", ["+", " "], ["a"]),
            ("a+%2B", ["a  "], ["aa"]),
        ],
    )
    def test_read_a_raw_plus_as_itself_and_as_a_blank(
        self, pattern: str, matching: list[str], other: list[str]
    ) -> None:
        for sign in (".regex=", "=~", "*="):
            found = [v for v in matching + other if keeps(f"name{sign}{pattern}", {"name": v})]
            assert found == matching

    @pytest.mark.rule("R-418")
    @pytest.mark.parametrize("pattern", ["(", r"(a)\1", "a(?=b)", "(?<!a)b", "*", "a" * 1001])
    def test_that_are_not_re2_are_refused(self, pattern: str) -> None:
        status, message = refusal(f"name.regex={quote(pattern)}")
        assert status == 400 and message.startswith("name.regex: ")


class TestJoints:
    @pytest.mark.rule("R-402")
    def test_and_joins_different_attributes(self) -> None:
        assert keeps("name=a&category=b", {"name": "a", "category": "b"})
        assert not keeps("name=a&category=b", {"name": "a"})

    @pytest.mark.rule("R-403", "R-404")
    @pytest.mark.parametrize(
        "raw", ["name=a,b", "name=a&name=b", "name=a&name==b", "name=a;name=b", "name=a;b"]
    )
    def test_or_joins_the_values_of_one_attribute(self, raw: str) -> None:
        assert keeps(raw, {"name": "a"})
        assert keeps(raw, {"name": "b"})
        assert not keeps(raw, {"name": "c"})

    @pytest.mark.rule("R-404")
    def test_or_joins_conditions_on_different_attributes(self) -> None:
        assert keeps("name=a;category=b", {"category": "b"})
        assert not keeps("name=a;category=b", {"category": "a"})

    @pytest.mark.rule("R-404")
    def test_a_bare_word_behind_a_semicolon_keeps_the_operator(self) -> None:
        assert keeps("priority.gt=9;5", {"priority": 6})
        assert not keeps("priority.gt=9;5", {"priority": 5})

    def test_a_bare_word_behind_a_bare_word_is_an_attribute(self) -> None:
        assert keeps("name;category", {"category": "a"})
        assert not keeps("name;category", {"id": "a"})

    @pytest.mark.rule("R-405")
    @pytest.mark.parametrize(
        ("raw", "match", "other"),
        [
            ("name=1,2&category=3", {"name": "2", "category": "3"}, {"name": "1"}),
            ("name=1;name=2&category=3", {"name": "1"}, {"name": "2"}),
            ("name=1;name=2&category=3", {"name": "2", "category": "3"}, {"category": "3"}),
            ("name=1;2&category=3", {"name": "1"}, {"name": "2"}),
            ("category=3&name=1;name=2", {"name": "2"}, {"name": "1"}),
        ],
    )
    def test_comma_binds_before_and_before_semicolon(
        self, raw: str, match: Resource, other: Resource
    ) -> None:
        assert keeps(raw, match)
        assert not keeps(raw, other)

    @pytest.mark.rule("R-409")
    def test_two_operators_on_one_attribute_are_a_range(self) -> None:
        raw = "creationDate.gt=2013-04-20&creationDate.lt=2017-04-20"
        assert keeps(raw, {"creationDate": "2014-01-01T00:00:00Z"})
        assert not keeps(raw, {"creationDate": "2018-01-01T00:00:00Z"})
        assert keeps(raw.replace("&", ";"), {"creationDate": "2018-01-01T00:00:00Z"})

    @pytest.mark.rule("R-409")
    def test_the_same_operator_repeated_is_an_or(self) -> None:
        assert keeps("priority.gt=9&priority.gt=5", {"priority": 6})
        assert not keeps("priority.gt=9&priority.gt=5", {"priority": 5})


class TestPaths:
    @pytest.mark.rule("R-410")
    @pytest.mark.parametrize(
        ("raw", "match", "other"),
        [
            ("channel.name=a", {"channel": {"name": "a"}}, {"channel": {"id": "a"}}),
            ("channel.name=a", {"channel": {"name": "a"}}, {"channel": "a"}),
            ("note.author=a", {"note": [{"author": "b"}, {"author": "a"}]}, {"note": []}),
            ("tag=a", {"tag": ["b", "a"]}, {"tag": ["b"]}),
            ("extra.x.y=1", {"extra": [{"x": [{"y": 1}]}]}, {"extra": [{"x": {"y": 2}}]}),
            ("validFor.startDateTime.gt=2020-01-01",
             {"validFor": {"startDateTime": "2020-01-01T00:00:01Z"}},
             {"validFor": {"startDateTime": "2020-01-01T00:00:00Z"}}),
        ],
    )  # fmt: skip
    def test_lead_through_objects_and_lists(
        self, raw: str, match: Resource, other: Resource
    ) -> None:
        assert keeps(raw, match)
        assert not keeps(raw, other)

    @pytest.mark.rule("R-411")
    def test_conditions_on_a_list_may_meet_in_different_elements(self) -> None:
        resource = {"note": [{"author": "a"}, {"text": "b"}]}
        assert keeps("note.author=a&note.text=b", resource)

    @pytest.mark.parametrize(
        "name",
        [
            "characteristic[name=color].value",
            'characteristic[name="color"].value',
            "characteristic[name='color'].value",
            "characteristic[name%3Dcolor].value",
            "characteristic%5Bname%3Dcolor%5D.value",
            "characteristic[name=color].value.eq",
        ],
    )
    def test_a_bracket_ties_conditions_to_one_element(self, name: str) -> None:
        color = {"name": "color", "value": "red"}
        size = {"name": "size", "value": 5}
        assert keeps(f"{name}=red", {"characteristic": [size, color]})
        assert not keeps(f"{name}=5", {"characteristic": [size, color]})

    @pytest.mark.rule("R-415")
    @pytest.mark.parametrize(
        ("raw", "value"),
        [
            ("characteristic[name=a%5B0%5D].value=x", "a[0]"),
            ("characteristic[name=a[0]].value=x", "a[0]"),
            ("characteristic%5Bname%3Da%5B0%5D%5D.value=x", "a[0]"),
            ("characteristic[name=a%5D].value=x", "a]"),
            ("characteristic%5Bname%3Da%5D%5D.value=x", "a]"),
            ("characteristic[name=%5B].value=x", "["),
            ("characteristic[name=a%5D.b%5B].value=x", "a].b["),
            ("characteristic[name=a.b].value=x", "a.b"),
            ("characteristic[name=a%3Db].value=x", "a=b"),
            ("characteristic[name=a=b].value=x", "a=b"),
            ("characteristic[name=a+b].value=x", "a b"),
            ("characteristic[name=%2541].value=x", "%41"),
            ("characteristic%5Bname%3D%2541%5D.value=x", "%41"),
        ],
    )
    def test_a_bracket_may_hold_brackets(self, raw: str, value: str) -> None:
        assert keeps(raw, {"characteristic": [{"name": value, "value": "x"}]})
        assert not keeps(raw, {"characteristic": [{"name": "a", "value": "x"}]})

    def test_a_date_in_a_bracket_keeps_its_plus(self) -> None:
        raw = "note[date=2024-01-01T02:00:00+02:00].text=x"
        assert keeps(raw, {"note": [{"date": "2024-01-01T00:00:00Z", "text": "x"}]})
        assert not keeps(raw, {"note": [{"date": "2024-01-01T02:00:00Z", "text": "x"}]})

    def test_a_bracket_alone_means_presence(self) -> None:
        assert keeps("note[author=a]", {"note": [{"author": "a"}]})
        assert not keeps("note[author=a]", {"note": [{"author": "b"}]})
        assert keeps("note[author=a].text", {"note": [{"author": "a", "text": ""}]})
        assert not keeps("note[author=a].text", {"note": [{"author": "a"}, {"text": ""}]})

    def test_brackets_follow_each_other(self) -> None:
        raw = "item[action=add].note[author=a].text=x"
        note = {"author": "a", "text": "x"}
        assert keeps(raw, {"item": [{"action": "add", "note": [note]}]})
        assert not keeps(raw, {"item": [{"action": "add"}, {"note": [note]}]})

    @pytest.mark.parametrize(
        "raw",
        [
            "=a",
            ".a=b",
            "a.=b",
            "a..b=c",
            "a]=b",
            "a[b=c=d",
            "note[author=a]=b",
            "note.gt[author=a]=b",
            "note[=a].text=b",
            "note[author..x=a].text=b",
            "note[a[b=c]=d].e=f",
            "note[author].text=b",
            "a%5Bb=c",
            "a[b=c]d=e",
            "a%5Bb[c=d].e=f",
            ".".join("a" * 33) + "=b",
            f"note[{'.'.join('a' * 33)}=b].text=c",
        ],
    )
    def test_that_are_malformed_are_refused(self, raw: str) -> None:
        assert refusal(raw)[0] == 400

    def test_of_the_greatest_length_are_accepted(self) -> None:
        assert listing(".".join("a" * 32) + "=b").query.where != ALWAYS


class TestValues:
    @pytest.mark.rule("R-414")
    @pytest.mark.parametrize(
        ("raw", "match", "other"),
        [
            ("priority=5", {"priority": 5}, {"priority": "5"}),
            ("amount=5", {"amount": 5.0}, {"amount": 5.1}),
            ("amount=1e3", {"amount": 1000}, {"amount": 1001}),
            ("amount=9007199254740993", {"amount": 2**53 + 1}, {"amount": 2**53}),
            ("isBundle=true", {"isBundle": True}, {"isBundle": False}),
            ("isBundle=true", {"isBundle": True}, {"isBundle": "true"}),
            ("flag=false", {"flag": [True, False]}, {"flag": [0]}),
            ("creationDate=2024-01-01T00:00:00Z",
             {"creationDate": "2024-01-01T01:00:00+01:00"},
             {"creationDate": "2024-01-01T00:00:00+01:00"}),
            ("creationDate=2024-01-01",
             {"creationDate": "2024-01-01T00:00:00.000Z"},
             {"creationDate": "2024-01-01T00:00:01Z"}),
        ],
    )  # fmt: skip
    def test_compare_by_the_type_of_the_attribute(
        self, raw: str, match: Resource, other: Resource
    ) -> None:
        assert keeps(raw, match)
        assert not keeps(raw, other)

    @pytest.mark.rule("R-414")
    @pytest.mark.parametrize(
        "condition",
        ["priority{}a", "priority{}", "isBundle{}1", "creationDate{}2024-13-01", "channel{}a"],
    )
    def test_that_cannot_be_converted_equal_nothing_and_have_no_order(self, condition: str) -> None:
        anything = {
            "priority": 1, "isBundle": True, "creationDate": "2024-01-01T00:00:00Z", "channel": {},
        }  # fmt: skip
        assert not keeps(condition.format("="), anything)
        assert refusal(condition.format(".gt="))[0] == 400

    @pytest.mark.rule("R-414")
    @pytest.mark.parametrize(
        ("text", "matching", "other"),
        [
            ("5", ["5", 5, 5.0], ["5.0", 6, True, None]),
            ("true", ["true", True], ["True", 1]),
            ("null", ["null"], [None]),
            ("-0.5e1", ["-0.5e1", -5], ["-5"]),
            ("007", ["007"], [7]),
            (".5", [".5"], [0.5]),
            ("%2B5", ["+5"], [5]),
            (" 5", [" 5"], [5]),
            ("NaN", ["NaN"], [0]),
        ],
    )
    def test_of_undeclared_attributes_match_the_text_or_the_literal_it_spells(
        self, text: str, matching: list[Any], other: list[Any]
    ) -> None:
        for name in ("extra", "setting"):
            found = [v for v in matching + other if keeps(f"{name}={text}", {name: v})]
            assert found == matching

    @pytest.mark.rule("R-414")
    def test_of_undeclared_attributes_have_an_order_within_one_type(self) -> None:
        assert keeps("extra.gt=5", {"extra": 6})
        assert keeps("extra.gt=5", {"extra": "6"})
        assert not keeps("extra.gt=5", {"extra": "10"})
        assert not keeps("extra.gt=5", {"extra": True})
        assert not keeps("extra.lt=a", {"extra": 5})


class TestReservedNames:
    @pytest.mark.parametrize("name", ["depth", "expand"])
    @pytest.mark.rule("R-1109")
    def test_of_what_is_not_supported_are_refused(self, name: str) -> None:
        assert refusal(f"{name}=1") == (501, f"{name}: this server does not expand references.")
        assert listing(f"{name}=0").query.where == ALWAYS


class TestBounds:
    @pytest.mark.rule("R-403", "R-404")
    @pytest.mark.parametrize("joint", ["&id=", ";id=", ";", ","])
    def test_500_values_of_one_attribute_may_be_joined_in_any_way(self, joint: str) -> None:
        raw = "id=" + joint.join(map(str, range(500)))
        assert keeps(raw, {"id": "499"})
        assert not keeps(raw, {"id": "500"})

    def test_values_that_are_excluded_may_be_as_many(self) -> None:
        raw = "&".join(f"id.ne={number}" for number in range(500))
        assert keeps(raw, {"id": "500"})
        assert not keeps(raw, {"id": "499"})

    def test_so_many_conditions_are_accepted_and_no_more(self) -> None:
        for joint in ("&", ";"):
            parts = [f"x{number}=1" for number in range(MAX_CONDITIONS + 1)]
            assert listing(joint.join(parts[:-1])).query.where != ALWAYS
            assert refusal(joint.join(parts)) == (
                400, f"At most {MAX_CONDITIONS} conditions are allowed.",
            )  # fmt: skip

    def test_so_many_patterns_are_accepted_and_no_more(self) -> None:
        parts = [f"name.regex={number}" for number in range(MAX_BOUNDS + 1)]
        assert keeps("&".join(parts[:-1]), {"name": "a5"})
        assert refusal("&".join(parts))[0] == 400

    def test_so_many_comparisons_are_accepted_and_no_more(self) -> None:
        assert listing("&".join(["filter=$.a"] * MAX_COMPARISONS)).query.where != ALWAYS
        assert refusal("&".join(["filter=$.a"] * (MAX_COMPARISONS + 1)))[0] == 400

    def test_lists_nest_so_deep_and_no_deeper(self) -> None:
        assert listing(".".join(["item[id=a]"] * 3) + ".id=a").query.where != ALWAYS
        assert refusal(".".join(["item[id=a]"] * 4) + ".id=a")[0] == 400

    def test_any_number_of_values_may_be_equal_but_few_bound(self) -> None:
        many = ",".join(map(str, range(5000)))
        assert keeps(f"priority={many}", {"priority": 4999})
        assert refusal(f"priority.gt={many}")[0] == 400
        assert keeps(f"priority.gt={','.join(['5'] * 5000)}", {"priority": 6})

    def test_a_message_repeats_only_the_start_of_what_was_sent(self) -> None:
        for raw in ("[" * 5000 + "=a", "priority.gt=" + "x" * 5000, "limit=" + "x" * 5000):
            assert len(refusal(raw)[1]) < 1000


def test_a_sort_needs_no_condition() -> None:
    assert listing("sort=name").query.sort == parse_sort(["name"], ROOT)


@pytest.mark.rule("R-403")
@pytest.mark.parametrize(
    "raw", ["name=a&name.eq=b", "name.in=a&name=b", "name==a&name=b", "name%3D%3Da&name.eq=b"]
)
def test_one_operator_in_two_spellings_is_one_operator(raw: str) -> None:
    assert kept(raw, [{"name": name} for name in "abc"]) == [{"name": "a"}, {"name": "b"}]


@pytest.mark.rule("R-103", "R-401", "R-406")
def test_href_is_compared_by_equality_only() -> None:
    assert keeps("href", {"id": "1"})
    assert keeps("filter=$[?(@.href)]", {"id": "1"})
    for raw in ("href.regex=thing", "href=~thing", "href.gt=a"):
        assert refusal(raw) == (400, "href: it can be compared by equality only.")
