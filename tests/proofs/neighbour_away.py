"""Orders through two servers, one of which is away for a minute after kill -9.

One server has the orders and the bills, the other the catalogues, the inventories and the service
orders. While orders come in, the other one is killed: what is under way is held and says why, what
comes in waits for the catalogue. Nobody does anything about it; once the neighbour is back all are
completed. In the end everything that an order makes is there once, at either server, as reckoned
from the files of the sample catalogue.
"""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from typing import Any

import httpx

from tests.handlers.flow import ordering as paths
from tests.proofs.flow import SINGLE, Catalogue
from tests.proofs.serving import Served, serving

Json = dict[str, Any]

ORDERS, CLIENTS = 120, 4
#: Seconds for which the neighbour is away, and that all orders may take after it is back.
AWAY, LONGEST = 60.0, 240.0
BASES = {
    "TMF620": "/tmf-api/productCatalogManagement/v5",
    "TMF629": "/tmf-api/customerManagement/v5",
    "TMF633": "/tmf-api/serviceCatalogManagement/v4",
    "TMF637": "/tmf-api/productInventory/v5",
    "TMF638": "/tmf-api/serviceInventory/v5",
    "TMF639": "/tmf-api/resourceInventoryManagement/v5",
    "TMF641": "/tmf-api/serviceOrdering/v5",
}
OURS = f"{paths.ORDERS}?id.regex=^away-"
RESOURCES = f"{paths.RESOURCES}?resourceCharacteristic.name=reservedFor"
UNDER_WAY = "acknowledged,inProgress,held"


def prove(orders: int = ORDERS, away: float = AWAY) -> Json:
    """What was ordered, what was held meanwhile, and what differs in the end."""
    random, began = Random(28), monotonic()
    wanted = {f"away-{n}": random.sample(SINGLE, random.choice((1, 1, 2))) for n in range(orders)}
    with TemporaryDirectory() as folder, _two(Path(folder)) as (here, there):
        with (
            httpx.Client(base_url=here.origin, trust_env=False, timeout=60) as client,
            ThreadPoolExecutor(CLIENTS) as pool,
        ):
            first = list(wanted)[: orders * 2 // 3]
            posted = [pool.submit(_post, client, id, wanted[id]) for id in first]
            _until(lambda: _count(client, "completed") >= orders // 10, LONGEST)
            there.served.kill()
            killed = monotonic()
            for one in posted:
                one.result()
            for id in list(wanted)[len(first) :]:
                _post(client, id, wanted[id])
            done = _count(client, "completed")
            _until(lambda: _count(client, "held") == orders - _count(client, "completed"), away)
            held = _count(client, "held")
            untold = _untold(client)
            sleep(max(0.0, killed + away - monotonic()))
            there.start()
            back = monotonic()
            stuck = _until(lambda: not _count(client, UNDER_WAY), LONGEST)
            settled = monotonic() - back
            with httpx.Client(
                base_url=there.served.origin, trust_env=False, timeout=60
            ) as inventory:
                problems = list(_problems(client, inventory, wanted))
        problems += [f"{orders - done - held} were neither completed nor held"] * (
            done + held != orders
        )
        problems += untold + ["not all were completed in time"] * (not stuck)
    return {
        "holds": not problems and held > 0,
        "summary": f"{orders} orders, the neighbour killed with kill -9 and away for"
        f" {back - killed:.0f} s: {done} were completed, {held} held; all completed"
        f" {settled:.0f} s after it was back ({monotonic() - began:.0f} s in all);"
        f" {len(problems)} problems",
        "problems": problems[:20],
    }


class _Neighbour:
    """A server that comes back where it was, with what it kept."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._port = folder, 0
        self.start()

    def start(self) -> None:
        """Serve, at the same port as before."""
        self.served = Served(self._folder, "--development", "--no-tasks", port=self._port)
        self._port = self.served.port
        self.served.wait()


@contextmanager
def _two(folder: Path) -> Iterator[tuple[Served, _Neighbour]]:
    """The server of the orders, and its neighbour."""
    places = [folder / "here", folder / "there"]
    for place in places:
        place.mkdir()
    there = _Neighbour(places[1])
    entries = ",".join(f"{api}={there.served.origin}{base}" for api, base in BASES.items())
    try:
        with serving(places[0], "--flow", "--development", "--neighbours", entries) as here:
            yield here, there
    finally:
        there.served.stop()


def _post(client: httpx.Client, id: str, offerings: list[str]) -> None:
    items = [paths.added(str(n), one) for n, one in enumerate(offerings, 1)]
    body = paths.order_of(*items, id=id)
    assert client.post(paths.ORDERS, json=body).status_code == 201


def _count(client: httpx.Client, states: str) -> int:
    return int(client.get(f"{OURS}&state={states}&limit=0").headers["X-Total-Count"])


def _until(met: Any, longest: float) -> bool:
    """Whether something is so within some seconds."""
    until = monotonic() + longest
    while not met():
        if monotonic() > until:
            return False
        sleep(0.5)
    return True


def _untold(client: httpx.Client) -> list[str]:
    """Held orders that do not say which neighbour they wait for."""
    found = client.get(f"{OURS}&state=held&fields=productOrderErrorMessage&limit=1000").json()
    return [
        f"{order['id']} does not say why it is held"
        for order in found
        if not any(
            error["code"] == "flow-neighbour" and "the neighbour TMF6" in error["message"]
            for error in order.get("productOrderErrorMessage", ())
        )
    ]


def _problems(
    client: httpx.Client, inventory: httpx.Client, wanted: dict[str, list[str]]
) -> Iterator[str]:
    """Where what is there is not what the catalogue says, once."""
    catalogue, expected = Catalogue(), Counter[str]()
    states = {one["id"]: one["state"] for one in _all(client, f"{OURS}&fields=state")}
    for id, offerings in wanted.items():
        if states.get(id) != "completed":
            yield f"{id}: {states.get(id, 'gone')}"
        products = _all(inventory, f"{paths.PRODUCTS}?productOrderItem.orderId={id}")
        want: Counter[str] = sum((catalogue.products(one) for one in offerings), Counter())
        found = Counter(p["name"] for p in products if p["status"] == "active")
        if found != want or len(products) != sum(want.values()):
            yield f"{id}: products {found}, wanted {want}"
        wish: Counter[str] = sum((catalogue.services(one) for one in offerings), Counter())
        placed = _all(inventory, f"{paths.SERVICE_ORDERS}?externalReference.id={id}")
        lines = [item["service"]["id"] for order in placed for item in order["serviceOrderItem"]]
        services = [inventory.get(f"{paths.SERVICES}/{one}").json() for one in lines]
        kinds = Counter(s["serviceSpecification"]["id"] for s in services)
        if kinds != wish or {s["state"] for s in services} - {"active"}:
            yield f"{id}: services {kinds}, wanted {wish}"
        if {order["state"] for order in placed} - {"completed"}:
            yield f"{id}: service orders {[order['state'] for order in placed]}"
        rates = [r for p in products for r in _all(client, f"{paths.RATES}?product.id={p['id']}")]
        charged = Counter(round(rate["taxIncludedAmount"]["value"] * 100) for rate in rates)
        at = [datetime.fromisoformat(p["startDate"]).astimezone(UTC) for p in products]
        due = sum((catalogue.pence(one, min(at)) for one in offerings), Counter[int]())
        if charged != due:
            yield f"{id}: charged {charged}, wanted {due}"
        expected["products"] += len(products)
        expected["services"] += len(services)
        expected["resources"] += len({r["id"] for s in services
                                      for r in s.get("supportingResource", ())})  # fmt: skip
    for name, query in (
        ("products", f"{paths.PRODUCTS}?productOrderItem.orderId.regex=^away-"),
        ("services", f"{paths.SERVICES}?serviceOrderItem.serviceOrderId.regex=-.*-.*-"),
        ("resources", RESOURCES),
    ):
        total = int(inventory.get(f"{query}&limit=0").headers["X-Total-Count"])
        if total != expected[name]:
            yield f"{total} {name} are there, {expected[name]} belong to orders"


def _all(client: httpx.Client, query: str) -> list[Json]:
    found: list[Json] = []
    while page := client.get(f"{query}&limit=100&offset={len(found)}").json():
        found += page
    return found
