"""A file that a user adds is served in full, nested collections included (D9)."""

import asyncio
from pathlib import Path
from typing import Any

import orjson
import pytest

from handlers.server import prepare
from tests.handlers.asking import NOW, at_present, ids, links, refused, shown
from tests.handlers.facts import APIS
from tests.handlers.serving import Server, running
from tmf_apis.catalog import Catalog, choose
from tmf_apis.settings import Settings

BASE = "/tmf-api/shelfManagement/v4"


def reference(name: str) -> dict[str, str]:
    return {"$ref": f"#/definitions/{name}"}


def entity(**more: str) -> dict[str, Any]:
    """A Swagger schema with an id, a href, a name and more attributes."""
    types = {"id": "string", "href": "string", "name": "string", **more}
    return {"type": "object", "properties": {n: {"type": t} for n, t in types.items()}}


def operations(name: str, *methods: str) -> dict[str, Any]:
    answers = {
        "get": {"200": {"description": "", "schema": reference(name)}},
        "list": {"200": {"description": "", "schema": {"type": "array", "items": reference(name)}}},
        "post": {"201": {"description": "", "schema": reference(name)}},
        "patch": {"200": {"description": "", "schema": reference(name)}},
        "delete": {"204": {"description": ""}},
    }

    def body(kind: str) -> dict[str, Any]:
        schema = reference(f"{name}_{kind}")
        return {"in": "body", "name": "body", "required": True, "schema": schema}

    bodies = {"post": [body("Create")], "patch": [body("Update")]}
    return {
        "get" if method == "list" else method: {
            "operationId": f"{method}{name}",
            "parameters": bodies.get(method, []),
            "responses": answers[method],
        }
        for method in methods
    }


def swagger(**more: Any) -> dict[str, Any]:
    """A small API as v4 files are: shelves, and the books on each of them."""
    return {
        "swagger": "2.0",
        "info": {"title": "Shelf Management", "version": "4.0.0"},
        "basePath": BASE + "/",
        "consumes": ["application/json;charset=utf-8"],
        "paths": {
            "/shelf": operations("Shelf", "list", "post"),
            "/shelf/{id}": operations("Shelf", "get", "patch", "delete"),
            "/shelf/{shelfId}/book": operations("Book", "list", "post"),
            "/shelf/{shelfId}/book/{id}": operations("Book", "get", "patch", "delete"),
        },
        "definitions": {
            "Shelf": entity(lastUpdate="string"),
            "Shelf_Create": {**entity(lastUpdate="string"), "required": ["name"]},
            "Shelf_Update": entity(),
            "Book_Update": entity(pages="integer"),
            "Book": entity(pages="integer"),
            "Book_Create": {**entity(pages="integer"), "required": ["name"]},
        },
        **more,
    }


def written(folder: Path, document: Any, name: str = "shelf.json") -> Path:
    path = folder / name
    path.write_bytes(orjson.dumps(document))
    return path


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory):
    """A server of the small API alone."""
    folder = tmp_path_factory.mktemp("library")
    with running(folder, choose([written(folder, swagger())], own=[])) as server:
        yield server


def put(server: Server, path: str, **body: Any) -> dict[str, Any]:
    return shown(server.client.post(path, json=body), 201)


@pytest.mark.rule("R-101", "R-701", "R-801", "R-815")
def test_an_added_file_is_served_in_full(library: Server) -> None:
    made = put(library, f"{BASE}/shelf", name="north", **{"x-n": 1})
    assert made["href"] == f"{library.url}{BASE}/shelf/{made['id']}"
    assert shown(library.client.get(f"{BASE}/shelf?x-n=1&fields=name&sort=-name")) == [
        {"id": made["id"], "href": made["href"], "name": "north"}
    ]
    changed = library.client.patch(f"{BASE}/shelf/{made['id']}", json={"name": "south"})
    assert shown(changed)["name"] == "south"
    refused(library.client.post(f"{BASE}/shelf", json={}), 400, "21", "name")
    assert library.client.delete(f"{BASE}/shelf/{made['id']}").status_code == 204
    assert library.client.get(f"{BASE}/openapi.json").json()["openapi"].startswith("3.0")


@pytest.mark.rule("R-101", "R-209", "R-609", "R-708")
def test_a_nested_collection_belongs_to_its_parent(library: Server) -> None:
    north = put(library, f"{BASE}/shelf", name="north", id="north/1")
    south = put(library, f"{BASE}/shelf", name="south", id="south")
    here, there = f"{BASE}/shelf/north%2F1/book", f"{BASE}/shelf/south/book"
    books = [put(library, here, id=str(n), name=f"book {n}", pages=n) for n in range(3)]
    assert books[0]["href"] == f"{north['href']}/book/0"
    other = put(library, there, id="0", name="another", pages=9)
    assert shown(library.client.get(here)) == books
    assert shown(library.client.get(here.replace("%2F", "%2f").replace("north", "%6Eorth")))
    assert shown(library.client.get(there)) == [other]
    page = library.client.get(f"{here}?pages.gt=0&limit=1")
    assert (page.status_code, ids(page)) == (206, ["1"])
    assert ids(library.client.get(links(page)["next"])) == ["2"]
    assert shown(library.client.get(f"{here}/0")) == books[0]
    assert shown(library.client.get(f"{there}/0/")) == other
    refused(library.client.get(f"{there}/1"), 404, "60")
    refused(library.client.post(here, json={"id": "0", "name": "x"}), 409, "70")
    assert shown(library.client.patch(f"{here}/0", json={"pages": 7}))["pages"] == 7
    assert shown(library.client.get(f"{there}/0")) == other
    assert library.client.delete(f"{here}/0").status_code == 204
    assert ids(library.client.get(there)) == ["0"]
    assert south["href"] + "/book/0" == other["href"]


@pytest.mark.rule("R-107", "R-209")
def test_a_nested_collection_needs_its_parent(library: Server) -> None:
    path = f"{BASE}/shelf/nobody/book"
    refused(library.client.get(path), 404, "60", "nobody")
    refused(library.client.get(f"{path}/1"), 404, "60", "nobody")
    refused(library.client.post(path, json={"name": "x"}), 404, "60", "nobody")
    put(library, f"{BASE}/shelf", name="west", id="west")
    answer = library.client.put(f"{BASE}/shelf/west/book", json={})
    refused(answer, 405, "62")
    assert answer.headers["allow"] == "GET, HEAD, POST, OPTIONS"
    refused(library.client.get(f"{BASE}/shelf/west/book/1/page"), 404, "61")


@pytest.mark.rule("R-102")
def test_where_a_file_is_mounted(tmp_path: Path) -> None:
    def base(**more: Any) -> str:
        document = {k: v for k, v in swagger(**more).items() if v is not None}
        return choose([written(tmp_path, document)], own=[]).apis[0].base_path

    assert base() == BASE
    assert base(basePath="/my/shelves/v4/") == "/my/shelves/v4"
    assert base(basePath="/shelves") == "/tmf-api/shelfManagement/v4"
    assert base(basePath="/tmf-api/shelves/v3") == "/tmf-api/shelfManagement/v4"
    assert base(basePath=None) == "/tmf-api/shelfManagement/v4"
    assert base(basePath=None, info={"title": "My shelf", "version": "5"}) == "/tmf-api/myShelf/v5"


@pytest.mark.rule("R-102")
def test_a_file_on_a_built_in_path_takes_its_place_and_its_records(tmp_path: Path) -> None:
    old = next(a for a in APIS if a.aliases and len(a.resources) == 1)
    resource = old.resources[0].name
    path = f"{old.base_path}/{resource}"
    document = swagger(basePath=old.base_path, info={"title": "Mine", "version": old.version})
    document["paths"] = {
        f"/{resource}": operations("Shelf", "list", "post"),
        f"/{resource}/{{id}}": operations("Shelf", "get"),
    }
    with running(tmp_path, Catalog((old,))) as server:
        type_name = {"@type": old.resources[0].schema}
        body = {"name": "kept", "engagedParty": {"id": "1", "@type": "PartyRef"}, **type_name}
        kept = put(server, path, **body)
    catalog = choose([written(tmp_path, document)], own=[old])
    assert [api.title for api in catalog.apis] == ["Mine"]
    assert len(catalog.notes) == 1
    assert old.base_path in catalog.notes[0]
    with running(tmp_path, catalog) as server:
        for base in (old.base_path, *old.aliases):
            found = shown(server.client.get(f"{base}/{resource}/{kept['id']}"))
            assert found["name"] == "kept"
            refused(server.client.delete(f"{base}/{resource}/{kept['id']}"), 405, "62")


def test_sample_data_that_an_added_file_does_not_take_is_left_out(tmp_path: Path) -> None:
    """As an official file of 2020 does, which demands an `href` of every reference."""
    own = next(api for api in APIS if (api.number, api.major) == ("TMF629", "v4"))
    document = orjson.loads(own.source.read_bytes())
    document["components"]["schemas"]["Customer"]["required"] = ["name", "nickname"]
    catalog = choose([written(tmp_path, document, own.source.name)])
    settings = Settings(store=f"sqlite:///{tmp_path}/tmf.db")
    loaded = asyncio.run(prepare(settings, catalog, lambda _: None))
    mine = asyncio.run(prepare(settings, catalog, lambda _: None))
    whole = Settings(store=f"sqlite:///{tmp_path}/whole.db")
    # What shows in both versions is written once, through the newer one.
    assert loaded == asyncio.run(prepare(whole, choose(), lambda _: None))
    assert mine == 0


@pytest.mark.rule("R-702", "R-705", "R-813")
def test_an_added_resource_has_what_any_server_sets(tmp_path: Path) -> None:
    document = swagger()
    time = {"type": "string", "format": "date-time"}
    document["definitions"]["Shelf"]["properties"] |= {
        "status": {"type": "string", "enum": ["validated", "initialized"]},
        "isBundle": {"type": "boolean"},
        "creationDate": time,
        "lastUpdate": time,
    }
    document["definitions"]["Shelf_Create"]["properties"] |= {
        "status": {"type": "string"},
        "isBundle": {"type": "boolean"},
    }
    with running(tmp_path, choose([written(tmp_path, document)], own=[])) as server:
        made = put(server, f"{BASE}/shelf", name="north", creationDate="2020-02-02T00:00:00Z")
        assert at_present(made) == {
            "id": made["id"], "href": made["href"], "name": "north", "isBundle": False,
            "status": "initialized", "creationDate": NOW, "lastUpdate": NOW,
        }  # fmt: skip
        mine = put(server, f"{BASE}/shelf", name="south", status="validated", isBundle=True)
        assert (mine["status"], mine["isBundle"]) == ("validated", True)
        changed = shown(server.client.patch(f"{BASE}/shelf/{made['id']}", json={"name": "x"}))
        assert changed["creationDate"] == made["creationDate"]
        assert changed["lastUpdate"] > made["lastUpdate"]
        book = put(server, f"{BASE}/shelf/{made['id']}/book", name="a book")
        assert set(book) == {"id", "href", "name"}
