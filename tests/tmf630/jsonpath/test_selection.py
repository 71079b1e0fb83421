"""The `filter` parameter: what a path keeps, and how it goes with other parameters."""

import pytest

from tests.tmf630.asking import keeps, listing
from tests.tmf630.jsonpath.asking import Resource, found
from tmf_apis.tmf630.query import ALWAYS


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
