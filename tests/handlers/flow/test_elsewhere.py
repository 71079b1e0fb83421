"""The flow with its catalogue and its inventory on another server, which comes and goes."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from handlers.flow import returning
from handlers.flow.building import flow_of
from handlers.neighbours.building import close
from handlers.services import services
from persistence.opening import open_store
from tests.handlers.asking import refused
from tests.handlers.flow.conftest import fill
from tests.handlers.flow.ordering import (
    CANCELLATIONS,
    ORDERS,
    PRODUCTS,
    RESOURCES,
    SERVICE_ORDERS,
    SERVICES,
    Flowing,
    added,
    order_of,
)
from tests.handlers.flow.stepping import Office, Paused
from tests.handlers.neighbours.front import Front, before
from tests.handlers.serving import running
from tests.handlers.tasks.waiting import until
from tmf_apis.catalog import Catalog, choose
from tmf_apis.neighbours import NeighboursError
from tmf_apis.rules.reached import REACHED
from tmf_apis.settings import Settings

#: What is elsewhere, by the path of each API.
AWAY = {
    "TMF620": "/tmf-api/productCatalogManagement/v5",
    "TMF633": "/tmf-api/serviceCatalogManagement/v4",
    "TMF629": "/tmf-api/customerManagement/v5",
    "TMF637": "/tmf-api/productInventory/v5",
    "TMF638": "/tmf-api/serviceInventory/v5",
    "TMF639": "/tmf-api/resourceInventoryManagement/v5",
    "TMF641": "/tmf-api/serviceOrdering/v5",
}
BILLS = "/tmf-api/customerBillManagement/v5/customerBillOnDemand"
CATALOGUE = ("TMF620", "TMF633", "TMF629")


@dataclass(frozen=True)
class Two:
    """A server of orders, the one that has all else, and what stands before that one: once for
    its catalogue, once for its inventory.
    """

    here: Flowing
    there: Flowing
    catalogue: Front
    inventory: Front

    def all_there(self, path: str) -> list[str]:
        """The ids of what is there."""
        return [one["id"] for one in self.there.get(f"{path}?limit=1000&fields=id")]


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Two]:
    known = choose(amendments=True).apis
    kept = Catalog(tuple(api for api in known if api.number in AWAY))
    reached = {number for number, _ in REACHED.values()}
    needed = Catalog(tuple(api for api in known if api.number in reached))
    with running(tmp_path_factory.mktemp("there"), kept, development=True) as there:
        fill(there)
        with before(there.url) as catalogue, before(there.url) as inventory:
            at = {api: catalogue if api in CATALOGUE else inventory for api in AWAY}
            entries = tuple(f"{api}={at[api].url}{path}" for api, path in AWAY.items())
            settings = {"tasks": True, "flow": True, "development": True, "neighbours": entries}
            folder = tmp_path_factory.mktemp("here")
            with running(folder, needed, **settings) as here:
                yield Two(Flowing(here), Flowing(there), catalogue, inventory)


def is_whole(two: Two, id: str) -> bool:
    """Whether what an order made is there once, and nothing of it is half done."""
    products = two.there.products(id)
    services = [s["id"] for p in products for s in p.get("realizingService", [])]
    seen = [two.there.get(f"{SERVICES}/{one}") for one in services]
    below = [one["id"] for s in seen for one in s.get("supportingService", [])]
    seen += [two.there.get(f"{SERVICES}/{one}") for one in below]
    resources = [two.there.get(f"{RESOURCES}/{r['id']}") for s in seen
                 for r in s.get("supportingResource", [])]  # fmt: skip
    placed = two.there.get(f"{SERVICE_ORDERS}?externalReference.id={id}")
    charged = [rate["name"] for p in products for rate in two.here.rates(p["id"])]
    return (
        {p["status"] for p in products} == {"active"}
        and {s["state"] for s in seen} <= {"active"}
        and {r["usageState"] for r in resources} <= {"active"}
        and {one["state"] for one in placed} <= {"completed"}
        and len(set(charged)) == len(charged)
    )


def test_an_order_becomes_what_it_would_here(two: Two) -> None:
    order = two.here.ordered(added("1", "offer-5g-light"), added("2", "offer-static-ip"))
    products = {p["name"]: len(p["realizingService"]) for p in two.there.products(order["id"])}
    assert products == {"5G Light": 1, "Static Address": 1}
    assert is_whole(two, order["id"])
    assert order.get("productOrderErrorMessage") is None


def test_what_is_elsewhere_is_not_served_here(two: Two) -> None:
    client = two.here.server.client
    refused(client.get(PRODUCTS), 404, "61", f"{PRODUCTS} is no path here")
    told = client.get("/", headers={"Accept": "application/json"}).text
    assert ("productOrderingManagement" in told, "productInventory" in told) == (True, False)
    assert client.get(f"{ORDERS}?limit=1").status_code in (200, 206)


def test_what_a_neighbour_that_is_away_holds_goes_on_by_itself(two: Two) -> None:
    two.inventory.shut()
    id = two.here.order(added("1", "offer-5g-light"), added("2", "offer-router-mesh"))
    order = two.here.over(id, "held")
    assert [item["state"] for item in order["productOrderItem"]] == ["held", "held"]
    errors = order["productOrderErrorMessage"]
    assert {error["code"] for error in errors} == {"flow-neighbour"}
    said = "the neighbour TMF637 does not answer: ConnectError"
    assert {error["message"] for error in errors} == {said}
    assert order.get("productOrderJeopardyAlert") is None
    step = two.here.flow(id)["steps"][0]
    assert (step["state"], step["away"], step["attempts"]) == ("held", "TMF637", 3)
    two.inventory.open()
    two.here.over(id, "completed")
    assert len(two.there.products(id)) == 2
    assert is_whole(two, id)


def test_an_order_waits_for_a_catalogue_that_is_away(two: Two) -> None:
    two.catalogue.does = "html"
    id = two.here.order(added("1", "offer-static-ip"))
    order = two.here.over(id, "held")
    [error] = order["productOrderErrorMessage"]
    assert error["code"] == "flow-neighbour"
    assert error["message"] == "the neighbour TMF620 answered with what is no JSON"
    assert two.here.flow(id)["steps"] == []
    two.catalogue.does = ""
    two.here.over(id, "completed")
    assert is_whole(two, id)


def test_answers_that_are_lost_make_nothing_twice(two: Two) -> None:
    paths = (PRODUCTS, SERVICES, SERVICE_ORDERS)
    old = {path: len(two.all_there(path)) for path in paths}
    two.inventory.does, two.inventory.methods, two.inventory.times = "lost", ("POST", "PATCH"), 6
    id = two.here.order(added("1", "offer-fibre-150"))
    two.here.over(id, "completed")
    assert two.inventory.times <= 0
    two.inventory.does, two.inventory.methods, two.inventory.times = "", (), 1_000_000
    more = {path: len(two.all_there(path)) - old[path] for path in paths}
    assert more == {PRODUCTS: 1, SERVICES: 2, SERVICE_ORDERS: 1}
    assert is_whole(two, id)


def test_what_a_neighbour_declines_waits_for_an_operator(two: Two) -> None:
    two.inventory.does, two.inventory.methods = "400", ("POST",)
    id = two.here.order(added("1", "offer-router-mesh"))
    order = two.here.over(id, "held")
    two.inventory.does, two.inventory.methods = "", ()
    [error] = order["productOrderErrorMessage"]
    assert error["code"] == "flow-step"
    assert "does not take product" in error["message"]
    assert error["message"].endswith(": 400 not like this")
    assert order["productOrderJeopardyAlert"][0]["name"] == "stuck"
    two.here.decide(id, "retry")
    two.here.over(id, "completed")


def test_a_cancellation_waits_for_what_it_undoes(two: Two) -> None:
    two.inventory.does, two.inventory.methods = "500", ("PATCH",)
    id = two.here.order(added("1", "offer-5g-light"))
    two.here.over(id, "held")
    two.inventory.methods = ()
    reference = {"@type": "ProductOrderRef", "id": id}
    body = {"@type": "CancelProductOrder", "productOrder": reference}
    two.here.server.client.post(CANCELLATIONS, json=body)
    two.here.over(id, "pendingCancellation", "assessingCancellation")
    assert [p["status"] for p in two.there.products(id)] == ["pendingActive"]
    two.inventory.does = ""
    two.here.over(id, "cancelled")
    assert [p["status"] for p in two.there.products(id)] == ["cancelled"]


def test_a_bill_waits_for_the_products_it_charges_for(two: Two) -> None:
    two.inventory.shut()
    account = {"@type": "BillingAccountRef", "id": "ba-1001"}
    body = {"@type": "CustomerBillOnDemand", "name": "elsewhere", "billingAccount": account}
    task = two.here.server.client.post(BILLS, json=body).json()
    path = f"{BILLS}/{task['id']}"
    # A step is held meanwhile: the bill was looked at as well by then.
    id = two.here.order(added("1", "offer-router-mesh"))
    two.here.over(id, "held")
    assert two.here.get(path)["state"] == "inProgress"
    two.inventory.open()
    ended = until(lambda: dict(two.here.get(path)), lambda found: found["state"] != "inProgress")
    assert ended["state"] == "done"
    two.here.over(id, "completed")


def test_an_order_goes_on_whose_holder_ends_as_the_neighbour_comes_back(
    two: Two, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def ends(*_: object) -> None:
        raise Paused

    async def told() -> list[str]:
        entries = two.here.server.settings.neighbours
        office = await Office.opened(tmp_path, empty=False, neighbours=entries)
        states = []
        try:
            id = await office.order(order_of(added("1", "offer-router-mesh")))
            for _ in range(4):
                await office.carry_on(id, 10_000)
            states.append((await office.read(office.reach.orders, id))["state"])
            two.inventory.open()
            with monkeypatch.context() as patched:
                patched.setattr(returning, "go_on", ends)
                assert await office.carry_on(id, 10_000)
            for _ in range(40):
                await asyncio.sleep(0.1)
                await office.carry_on(id, 10_000)
            states.append((await office.read(office.reach.orders, id))["state"])
            return states
        finally:
            await close(office.served)
            await office.store.close()

    two.inventory.shut()
    assert asyncio.run(told()) == ["held", "completed"]


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        ("TMF622=http://a.example/v5", "a flow is where TMF622 is, which cannot be elsewhere"),
        ("TMF678=http://a.example/v5", "a flow is where TMF678 is, which cannot be elsewhere"),
        ("TMF637=http://a.example/v4", "a flow speaks v5 with TMF637, and http://a.example/v4 is"),
        ("TMF999=http://a.example/v5", "there is no API TMF999 here"),
    ],
)
def test_a_flow_does_not_begin_with_neighbours_that_it_cannot_have(entry: str, why: str) -> None:
    settings = Settings(flow=True, neighbours=(entry,))
    with pytest.raises(NeighboursError, match=f"^TMF_NEIGHBOURS: {why}"):
        flow_of(settings, services(choose().apis, open_store("sqlite:///:memory:"), settings))


def test_a_flow_has_neighbours_in_its_own_versions() -> None:
    entries = tuple(f"{api}=http://a.example{path}" for api, path in AWAY.items())
    settings = Settings(flow=True, neighbours=entries)
    flow = flow_of(settings, services(choose().apis, open_store("sqlite:///:memory:"), settings))
    assert flow is not None
    assert sorted(flow.reach.neighbours()) == sorted(AWAY)
