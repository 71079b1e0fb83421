"""PATCH by operations: JSON Patch and JSON Patch Query (R-803..R-808)."""

from typing import Any

import httpx
import orjson
import pytest

from tests.handlers.asking import refused, shown
from tests.handlers.facts import Case, each, one_per_api, patchable
from tests.handlers.serving import Server

LIST = "application/json-patch+json"
QUERY = "application/json-patch-query+json"
START = {
    "x-text": "a",
    "x-tree": {"b": {"c": 1}},
    "x-list": [{"n": "one", "v": 1}, {"n": "two", "v": 2}, {"n": "three", "v": 2}],
}


def send(server: Server, case: Case, id: str, patch: Any, media: str = LIST) -> httpx.Response:
    headers = {"Content-Type": media}
    return server.client.patch(case.item(id), content=orjson.dumps(patch), headers=headers)


def own(resource: dict[str, Any]) -> dict[str, Any]:
    """The attributes the tests play with."""
    return {name: value for name, value in resource.items() if name.startswith("x-")}


@pytest.mark.rule("R-803", "R-808")
@pytest.mark.parametrize("media", [LIST, QUERY])
@each(patchable)
def test_the_six_operations(case: Case, media: str, server: Server) -> None:
    id = server.make(case, **START)["id"]
    patch = [
        {"op": "test", "path": "/x-text", "value": "a"},
        {"op": "replace", "path": "/x-text", "value": "z"},
        {"op": "add", "path": "/x-tree/b/d", "value": None},
        {"op": "copy", "from": "/x-tree/b/c", "path": "/x-copy"},
        {"op": "move", "from": "/x-tree/b/c", "path": "/x-moved"},
        {"op": "remove", "path": "/x-list/0"},
        {"op": "add", "path": "/x-list/-", "value": {"n": "four"}},
        {"op": "add", "path": "/x-list/3", "value": {"n": "five"}},
        {"op": "add", "path": "/x-list", "value": {"n": "six"}},
        {"op": "add", "path": "x-late", "value": [1]},
    ]
    assert own(shown(send(server, case, id, patch, media))) == {
        "x-text": "z",
        "x-tree": {"b": {"d": None}},
        "x-list": [*START["x-list"][1:], {"n": "four"}, {"n": "five"}, {"n": "six"}],
        "x-copy": 1,
        "x-moved": 1,
        "x-late": [1],
    }


@pytest.mark.rule("R-804", "R-805", "R-806")
@pytest.mark.parametrize(
    ("path", "changed"),
    [
        ("/x-list/v?n=two", [1]),
        ("/x-list/v?x-list.n=two", [1]),
        ("/x-list/v?v=2", [1, 2]),
        ("/x-list/v?v.gte=1&n.regex=^t", [1, 2]),
        ("x-list[?(@.n=='two')].v", [1]),
        ("$.x-list[?(@.v==2)].v", [1, 2]),
        ("/x-list/1/v", [1]),
    ],
)
@each(one_per_api(patchable))
def test_a_query_picks_elements_by_content(
    case: Case, path: str, changed: list[int], server: Server
) -> None:
    id = server.make(case, **START)["id"]
    patch = [{"op": "replace", "path": path, "value": 9}]
    expected = [
        element | ({"v": 9} if place in changed else {})
        for place, element in enumerate(START["x-list"])
    ]
    assert shown(send(server, case, id, patch, QUERY))["x-list"] == expected


@pytest.mark.rule("R-804", "R-805")
@each(patchable)
def test_a_query_removes_every_element_that_matches(case: Case, server: Server) -> None:
    id = server.make(case, **START)["id"]
    patch = [{"op": "remove", "path": "/x-list?v=2"}]
    assert shown(send(server, case, id, patch, QUERY))["x-list"] == START["x-list"][:1]


@pytest.mark.rule("R-210", "R-807")
@pytest.mark.parametrize(
    ("operation", "status", "code"),
    [
        ({"op": "test", "path": "/x-text", "value": "b"}, 409, "71"),
        ({"op": "remove", "path": "/x-none"}, 409, "71"),
        ({"op": "replace", "path": "/x-none", "value": 1}, 409, "71"),
        ({"op": "replace", "path": "/x-list/9", "value": 1}, 409, "71"),
        ({"op": "replace", "path": "/x-list/²", "value": 1}, 409, "71"),
        ({"op": "replace", "path": "/x-list/" + "9" * 5000, "value": 1}, 409, "71"),
        ({"op": "replace", "path": "/x-list/01", "value": 1}, 409, "71"),
        ({"op": "add", "path": "/x-none/deeper", "value": 1}, 409, "71"),
        ({"op": "move", "from": "/x-none", "path": "/x-new"}, 409, "71"),
        ({"op": "increase", "path": "/x-text"}, 400, "23"),
        ({"path": "/x-text"}, 400, "23"),
        ({"op": "add", "value": 1}, 400, "23"),
        ({"op": "add", "path": "/x-new"}, 400, "23"),
        ({"op": "move", "path": "/x-new"}, 400, "23"),
        ({"op": "remove", "path": 7}, 400, "23"),
        ("remove", 400, "23"),
        ({"op": "replace", "path": "/id", "value": "other"}, 400, "22"),
        ({"op": "remove", "path": "/id"}, 400, "22"),
        ({"op": "replace", "path": "", "value": []}, 400, "23"),
        ({"op": "replace", "path": "", "value": None}, 400, "23"),
    ],
)
@each(one_per_api(patchable))
def test_one_bad_operation_and_nothing_is_done(
    case: Case, operation: Any, status: int, code: str, server: Server
) -> None:
    made = server.make(case, **START)
    good = {"op": "add", "path": "/x-good", "value": 1}
    for media in (LIST, QUERY):
        refused(send(server, case, made["id"], [good, operation], media), status, code)
    assert server.client.get(case.item(made["id"])).json() == made


@pytest.mark.rule("R-807")
@pytest.mark.parametrize("path", ["/x-list?n=nobody", "x-list[?(@.n=='nobody')]"])
@each(patchable)
def test_a_query_that_finds_nothing_is_a_conflict(case: Case, path: str, server: Server) -> None:
    id = server.make(case, **START)["id"]
    refused(send(server, case, id, [{"op": "remove", "path": path}], QUERY), 409, "71")


@pytest.mark.rule("R-803", "R-804")
@pytest.mark.parametrize(
    ("operation", "unused"),
    [
        ({"op": "replace", "path": "/x-text", "value": "z"}, {"from": None}),
        ({"op": "replace", "path": "/x-text", "value": "z"}, {"from": {"a": 1}, "note": [1]}),
        ({"op": "add", "path": "/x-new", "value": "z"}, {"from": "no pointer"}),
        ({"op": "test", "path": "/x-text", "value": "a"}, {"from": 1}),
        ({"op": "remove", "path": "/x-text"}, {"from": None, "value": None}),
        ({"op": "copy", "from": "/x-text", "path": "/x-new"}, {"value": None}),
        ({"op": "move", "from": "/x-text", "path": "/x-new"}, {"value": {"deep": [1]}}),
    ],
)
@each(one_per_api(patchable))
def test_members_that_an_operation_does_not_use_are_ignored(
    case: Case, operation: Any, unused: Any, server: Server
) -> None:
    for media in (LIST, QUERY):
        made = [server.make(case, **START)["id"] for _ in range(2)]
        bare = shown(send(server, case, made[0], [operation], media))
        wordy = shown(send(server, case, made[1], [unused | operation], media))
        assert own(wordy) == own(bare)


@pytest.mark.rule("R-803", "R-804")
@each(one_per_api(patchable))
def test_no_operation_changes_nothing(case: Case, server: Server) -> None:
    made = server.make(case)
    for media in (LIST, QUERY):
        assert shown(send(server, case, made["id"], [], media)) == made


@pytest.mark.rule("R-803", "R-807")
@pytest.mark.parametrize("patch", [{}, "x", None, [[]]])
@each(one_per_api(patchable))
def test_refuses_what_is_no_list_of_operations(case: Case, patch: Any, server: Server) -> None:
    id = server.make(case)["id"]
    for media in (LIST, QUERY):
        refused(send(server, case, id, patch, media), 400, "23")
