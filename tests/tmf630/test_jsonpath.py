"""JSONPath filters: the dialect of Part 6, what it means, what it refuses (R-501..R-509)."""

from typing import Any
from urllib.parse import quote

import pytest

from tests.queries import ROOT
from tests.tmf630.asking import keeps, listing, refusal
from tmf_apis.spec.types import Shape
from tmf_apis.tmf630.errors import TmfError
from tmf_apis.tmf630.jsonpath import MAX_DEPTH, MAX_LENGTH, At, Every, Member, parse
from tmf_apis.tmf630.query import ALWAYS

Resource = dict[str, Any]


def found(path: str, resource: Resource) -> bool:
    return keeps(f"filter={quote(path)}", resource)


def refused(path: str) -> int:
    return refusal(f"filter={quote(path)}")[0]


class TestSelection:
    @pytest.mark.rule("R-501", "R-502")
    @pytest.mark.parametrize(
        "path",
        [
            "$[?(@.name=='a')]",
            "[?(@.name=='a')]",
            "$.[?(@.name=='a')]",
            "$[*][?(@.name=='a')]",
            "  $[?( @.name == 'a' )]  ",
            "$[?(@['name']=='a')]",
            '$[?(@.name=="a")]',
            "$[?('a'==@.name)]",
            "$[?@.name=='a']",
        ],
    )
    def test_of_the_collection_may_leave_out_the_root(self, path: str) -> None:
        assert found(path, {"name": "a"})
        assert not found(path, {"name": "b"})

    @pytest.mark.rule("R-503")
    @pytest.mark.parametrize(
        "path",
        [
            "note[?(@.author=='X')]",
            "$.note[?(@.author=='X')]",
            "$['note'][?(@.author=='X')]",
            "[*].note[?(@.author=='X')]",
            "note[*][?(@.author=='X')]",
        ],
    )
    def test_by_a_list_keeps_resources_with_such_an_element(self, path: str) -> None:
        assert found(path, {"note": [{"author": "Y"}, {"author": "X"}]})
        assert not found(path, {"note": [{"author": "Y"}, {"text": "X"}]})
        assert not found(path, {"note": []})

    @pytest.mark.rule("R-503")
    @pytest.mark.parametrize(
        ("path", "match", "other"),
        [
            ("$.name", {"name": ""}, {}),
            ("name", {"name": None}, {}),
            ("note", {"note": []}, {}),
            ("note[*].author", {"note": [{"author": "a"}]}, {"note": [{}]}),
            ("note[1]", {"note": [{}, {}]}, {"note": [{}]}),
            ("note[0,2]", {"note": [{}]}, {"note": []}),
            ("note[1].author", {"note": [{}, {"author": "a"}]}, {"note": [{"author": "a"}, {}]}),
            ("note[?(@.author=='a')].text", {"note": [{"author": "a", "text": "b"}]},
             {"note": [{"author": "a"}, {"text": "b"}]}),
            ("channel.name", {"channel": {"name": "a"}}, {"channel": {}}),
            ("['a.b']", {"a.b": 1}, {"a": {"b": 1}}),
            ("['\\'']", {"'": 1}, {"": 1}),
        ],
    )  # fmt: skip
    def test_by_a_path_keeps_resources_where_it_leads_somewhere(
        self, path: str, match: Resource, other: Resource
    ) -> None:
        assert found(path, match)
        assert not found(path, other)

    @pytest.mark.parametrize("path", ["", "$", "[*]", "$[*]"])
    def test_of_everything_keeps_everything(self, path: str) -> None:
        assert listing(f"filter={path}").query.where == ALWAYS

    @pytest.mark.rule("R-508")
    def test_combines_with_criteria_by_and(self) -> None:
        raw = "name=a&filter=$[?(@.category=='b')]&sort=name&offset=1&limit=2&fields=id"
        assert keeps(raw, {"name": "a", "category": "b"})
        assert not keeps(raw, {"name": "a"})
        assert not keeps(raw, {"category": "b"})
        asked = listing(raw)
        assert (asked.query.offset, asked.query.limit, len(asked.query.sort)) == (1, 2, 1)
        assert asked.fields is not None

    @pytest.mark.rule("R-509")
    def test_given_twice_is_an_or(self) -> None:
        raw = "filter=[?(@.name=='a')]&filter=[?(@.name=='b')]"
        assert keeps(raw, {"name": "b"})
        assert not keeps(raw, {"name": "c"})


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

    @pytest.mark.rule("R-504")
    @pytest.mark.parametrize(
        ("text", "match", "other"),
        [
            ("@.name =~ /b/", "abc", "ac"),
            ("@.name =~ /B/i", "abc", "ac"),
            ("@.name =~ /^b/", "bc", "abc"),
            ("@.name =~ /a\\/b/", "a/b", "ab"),
            ("@.name =~ /a.b/s", "a\nb", "ab"),
            ("@.name =~ /^b/m", "a\nb", "ab"),
            ("@.name =~ 'b'", "abc", "ac"),
        ],
    )
    def test_find_patterns(self, text: str, match: str, other: str) -> None:
        assert found(f"[?({text})]", {"name": match})
        assert not found(f"[?({text})]", {"name": other})

    @pytest.mark.rule("R-504")
    @pytest.mark.parametrize(
        ("literal", "value"),
        [
            ("'it\\'s'", "it's"),
            ('"it\'s"', "it's"),
            ("'\\n'", "\n"),
            ("'\\\\'", "\\"),
            ("'\\u00fc'", "ü"),
            ("'\\uD83D\\uDE00'", "😀"),
            ("'日'", "日"),
            ("''", ""),
            ("true", True),
            ("false", False),
            ("9223372036854775807", 2**63 - 1),
        ],
    )
    def test_compare_with_literals_of_every_type(self, literal: str, value: Any) -> None:
        assert found(f"[?(@.extra=={literal})]", {"extra": value})
        assert not found(f"[?(@.extra=={literal})]", {"extra": [[value]]})

    @pytest.mark.rule("R-414", "R-504")
    def test_compare_date_times_as_instants(self) -> None:
        path = "[?(@.creationDate=='2024-01-01T00:00:00Z')]"
        assert found(path, {"creationDate": "2024-01-01T01:00:00+01:00"})
        assert not found(path, {"creationDate": "2024-01-01T01:00:00Z"})
        assert not found("[?(@.creationDate=='soon')]", {"creationDate": "soon"})
        assert refused("[?(@.creationDate>'soon')]") == 400
        assert refused("[?(@.creationDate>5)]") == 400

    @pytest.mark.rule("R-414", "R-504")
    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("@.priority=='5'", 5),
            ("@.name==5", "5"),
            ("@.isBundle==1", True),
            ("@.isBundle=='true'", True),
            ("@.extra=='5'", 5),
            ("@.extra==1", True),
        ],
    )
    def test_tell_the_json_types_apart(self, text: str, value: Any) -> None:
        name = text[2:].partition("=")[0]
        assert not found(f"[?({text})]", {name: value})
        assert found(f"[?(!({text}))]", {name: value})

    @pytest.mark.rule("R-506")
    def test_nested_tie_conditions_to_one_element(self) -> None:
        path = "$[?(@.characteristic[?(@.name=='color' && @.value=='red')])]"
        color, size = {"name": "color", "value": "blue"}, {"name": "size", "value": "red"}
        assert found(path, {"characteristic": [size, {"name": "color", "value": "red"}]})
        assert not found(path, {"characteristic": [color, size]})

    @pytest.mark.rule("R-506")
    def test_behind_a_nested_predicate_speak_of_its_elements(self) -> None:
        path = "$[?(@.characteristic[?(@.name=='size')].value>5)]"
        assert found(path, {"characteristic": [{"name": "size", "value": 6}]})
        assert not found(
            path, {"characteristic": [{"name": "size", "value": 5}, {"name": "x", "value": 6}]}
        )

    def test_without_nesting_may_meet_in_different_elements(self) -> None:
        path = "$[?(@.note.author=='a' && @.note.text=='b')]"
        assert found(path, {"note": [{"author": "a"}, {"text": "b"}]})

    def test_treat_a_single_object_as_its_own_element(self) -> None:
        path = "extra[?(@.a==1)]"
        assert found(path, {"extra": {"a": 1}})
        assert found(path, {"extra": [{"a": 1}]})
        assert not found("extra[?(!@.a)]", {"extra": "text"})

    @pytest.mark.rule("R-412")
    @pytest.mark.parametrize("name", ["@.@type", "@['@type']", "@type"])
    def test_reach_meta_attributes(self, name: str) -> None:
        assert found(f"[?({name}=='A')]", {"@type": "A"})
        assert not found(f"[?({name}=='A')]", {"@type": "B"})

    @pytest.mark.rule("R-505")
    def test_reach_one_position(self) -> None:
        assert found("[?(@.tag[1]=='b')]", {"tag": ["a", "b"]})
        assert not found("[?(@.tag[1]=='b')]", {"tag": ["b", "a"]})
        assert not found("[?(@.name[0]=='a')]", {"name": "a"})


class TestRefusals:
    @pytest.mark.rule("R-505", "R-507")
    @pytest.mark.parametrize(
        "path",
        [
            "$..name",
            "[?(@..name=='a')]",
            "note[0:2]",
            "note[:2]",
            "note[-1]",
            "note[(@.length-1)]",
            "note.length()",
            "[?(length(@.note)>1)]",
            "[?(@.note.length()>1)]",
            "$['a','b']",
            "[0]",
            "$[0]",
            "note[0][1]",
            "note[*][0]",
            "[?(@.a==@.b)]",
            "[?(@.a==$.b)]",
            "[?($.a==1)]",
            "[?(@.note[0,1].text=='a')]",
        ],
    )
    def test_of_what_this_server_lacks_are_501(self, path: str) -> None:
        assert refused(path) == 501

    @pytest.mark.rule("R-507")
    @pytest.mark.parametrize(
        "path",
        [
            "note[",
            "note[?(@.a=='x')",
            "note[?(@.a=='x]",
            "note[?(@.a='x')]",
            "note[?(@.a==)]",
            "note[?(@.a==x)]",
            "note[?()]",
            "note]",
            "note.",
            ".",
            "$$",
            "note[x]",
            "note[0.5]",
            "note[0,'a']",
            "[?(@.a && )]",
            "[?(@.a > null)]",
            "[?(@.a =~ 5)]",
            "[?(@.a =~ /(/)]",
            "[?(@.a =~ /a/x)]",
            "[?(@.a =~ /(?=a)/)]",
            "[?(@.a == 1e999)]",
            "[?('a'=='a')]",
            "[?(@.a == '\\uD83D')]",
            "[?(@.a == '\\u0000')]",
            "note#",
            "a" * (MAX_LENGTH + 1),
            ".".join("a" * 34),
            "[?(" + "!" * (MAX_DEPTH + 1) + "@.a)]",
            "[?(" + "(" * (MAX_DEPTH + 1) + "@.a" + ")" * (MAX_DEPTH + 1) + ")]",
            "a" + "[?(@.a" * (MAX_DEPTH + 1) + ")]" * (MAX_DEPTH + 1),
            "a[" + ",".join("0" * 65) + "]",
        ],
    )
    def test_of_what_is_malformed_or_too_much_are_400(self, path: str) -> None:
        assert refused(path) == 400

    @pytest.mark.rule("R-507")
    def test_tell_the_place(self) -> None:
        with pytest.raises(TmfError, match="character 6"):
            parse("note[x]", ROOT)


class TestSegments:
    def test_carry_the_shape_the_schema_declares(self) -> None:
        assert parse("$.note[*].author", ROOT) == (
            Member("note", Shape.MANY),
            Every(),
            Member("author", Shape.ONE),
        )
        assert parse("extra[1,2]", ROOT) == (Member("extra", Shape.EITHER), At((1, 2)))


@pytest.mark.rule("R-415", "R-504")
def test_the_plus_of_an_offset_may_arrive_as_a_blank() -> None:
    raw = "filter=[?(@.creationDate>='2020-01-01T00:00:00+01:00')]"
    assert keeps(raw, {"creationDate": "2019-12-31T23:00:00Z"})
    assert not keeps(raw, {"creationDate": "2019-12-31T22:59:59Z"})
