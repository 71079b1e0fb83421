"""What predicates mean: which values they speak of, and how these compare (R-504..R-506)."""

from typing import Any

import pytest

from tests.tmf630.asking import keeps
from tests.tmf630.jsonpath.asking import found, refused


class TestPredicates:
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


@pytest.mark.rule("R-415", "R-504")
def test_the_plus_of_an_offset_may_arrive_as_a_blank() -> None:
    raw = "filter=[?(@.creationDate>='2020-01-01T00:00:00+01:00')]"
    assert keeps(raw, {"creationDate": "2019-12-31T23:00:00Z"})
    assert not keeps(raw, {"creationDate": "2019-12-31T22:59:59Z"})
