"""The policy for references reads where a neighbour keeps what is referred to."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace

import pytest

from handlers.permission.rights import Rights
from handlers.references import there
from handlers.services import services
from persistence.opening import open_store
from persistence.store import Scope
from tests.handlers.asking import hinted, refused, shown
from tests.handlers.conftest import Start
from tests.handlers.neighbours.front import Front, before
from tests.handlers.serving import Server
from tests.handlers.test_references import (
    SALES,
    body,
    item,
    made,
    offered,
    offering,
    order,
    ordered,
    serving,
)
from tmf_apis.settings import Settings
from tmf_apis.tmf630.query import Comparison, Kind, Operator, Shape, Step

BASE = "/tmf-api/productCatalogManagement/v5"
OFFERINGS = f"{BASE}/productOffering"


@pytest.fixture
def catalogue(start: Start) -> Server:
    return start(catalog=serving("TMF620"))


@pytest.fixture
def front(catalogue: Server) -> Iterator[Front]:
    with before(catalogue.url) as standing:
        yield standing


def entry(front: Front) -> tuple[str, ...]:
    return (f"TMF620={front.url}{BASE}",)


@pytest.mark.parametrize("version", ["v4", "v5"])
def test_a_reference_is_looked_up_there(
    version: str, start: Start, catalogue: Server, front: Front
) -> None:
    server = start(catalog=SALES, references="enforce", neighbours=entry(front))
    c, known = order(version), made(catalogue, offering("v5"))
    good = item(version, "1", productOffering=offered(known["id"], version))
    bad = item(version, "2", productOffering=offered("nobody", version))
    kept = made(server, c, **ordered(version, good))["productOrderItem"][0]["productOffering"]
    assert (kept["name"], kept["@referredType"]) == (known["name"], "ProductOffering")
    answer = server.client.post(c.path, json=body(c, **ordered(version, good, bad)))
    where = "/productOrderItem/1/productOffering/id: There is no productOffering"
    refused(answer, 400, "26", f"{where} nobody.")


@pytest.mark.parametrize("does", ["", "500", "html", "other"])
def test_while_the_neighbour_is_away_nothing_is_written(
    does: str, start: Start, front: Front
) -> None:
    server = start(catalog=SALES, references="enforce", neighbours=entry(front))
    c, front.does = order("v5"), does
    if not does:
        front.shut()
    items = ordered("v5", item("v5", "1", productOffering=offered("1", "v5")))
    answer = server.client.post(c.path, json=body(c, **items))
    said = "The neighbour that keeps TMF620 does not answer as it should; try again."
    refused(answer, 503, "94", said)
    assert answer.headers["Retry-After"] == "2"
    assert shown(server.client.get(c.path)) == []
    made(server, c, **ordered("v5", item("v5", "1")))


def test_a_warning_says_that_nothing_was_looked_up(start: Start, front: Front) -> None:
    server = start(catalog=SALES, references="warn", neighbours=entry(front))
    c = order("v5")
    items = ordered("v5", item("v5", "1", productOffering=offered("nobody", "v5")))
    answer = server.client.post(c.path, json=body(c, **items))
    assert "There is no productOffering nobody" in hinted(answer)[0]
    front.shut()
    answer = server.client.post(c.path, json=body(c, **items))
    assert shown(answer, 201)["productOrderItem"][0]["productOffering"] == offered("nobody", "v5")
    said = "/ The neighbour that keeps TMF620 does not answer; it was not looked up there."
    assert hinted(answer) == [said]


def test_a_server_that_does_not_look_asks_nobody(start: Start, front: Front) -> None:
    server, c = start(catalog=SALES, neighbours=entry(front)), order("v5")
    made(server, c, **ordered("v5", item("v5", "1", productOffering=offered("nobody", "v5"))))
    assert front.asked == []


def test_who_sees_some_rows_sees_nothing_of_a_neighbour(catalogue: Server, front: Front) -> None:
    known = made(catalogue, offering("v5"))
    settings = Settings(neighbours=entry(front))
    served = services(SALES.apis, open_store("sqlite:///:memory:"), settings)
    home = next(one for one in served if one.collection.name == OFFERINGS)
    everything = Rights(Scope(), frozenset(), frozenset(), False, lambda _: everything)
    mine = Comparison((Step("name", Shape.ONE),), Operator.EQ, ("mine",), Kind.TEXT)
    some = replace(everything, scope=Scope(where=mine, own=mine), confined=True)
    nameless = replace(everything, hidden=frozenset({"name"}))
    found = {}
    for name, rights in {"all": everything, "some": some, "nameless": nameless}.items():
        seen = there({OFFERINGS: home}, {(OFFERINGS, known["id"])}, lambda _, r=rights: r)
        found[name] = list(asyncio.run(seen).values())
    told = {"@type": "ProductOffering", "name": known["name"]}
    assert found == {"all": [told], "some": [], "nameless": [{"@type": "ProductOffering"}]}
