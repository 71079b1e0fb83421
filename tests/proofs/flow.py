"""500 mixed orders through the whole flow, with ten kill -9 and a network that refuses some.

Every tenth order meets a network that refuses it: it is held, and an operator tries half of them
again and gives up the others. In the end nothing is half built, nothing is there twice, and no
order is stuck. What should be there is reckoned anew from the files of the sample catalogue, in
pence and by hand. Afterwards the accounts are billed.
"""

import json
from calendar import monthrange
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from typing import Any

import httpx

from tests.handlers.flow import ordering as paths
from tests.handlers.flow.refusing import network
from tests.proofs.serving import Served
from tmf_apis.catalog import specs_folder

Json = dict[str, Any]

ORDERS, KILLS, CLIENTS = 500, 10, 4
#: Seconds that all orders may take, kills and starts included, on a machine that others use.
LONGEST = 420.0
SINGLE = (
    "offer-5g-light", "offer-5g-business", "offer-fibre-150", "offer-fibre-1000", "offer-tv-pack",
    "offer-static-ip", "offer-router-mesh", "offer-roaming-world", "offer-home-and-mobile",
)  # fmt: skip
FLAGS = ("--flow", "--development", "--workers", "2")
OURS = f"{paths.ORDERS}?id.regex=^proof-"


def prove(orders: int = ORDERS, kills: int = KILLS) -> Json:
    """What was ordered, what is there, and what differs."""
    random, began = Random(18), monotonic()
    wanted = {f"proof-{n}": offerings(random) for n in range(orders)}
    refused = {id for n, id in enumerate(wanted) if n % 10 == 0}
    with TemporaryDirectory() as folder, network() as asked:
        asked.refused = tuple(f"{id} " for id in refused)
        place = Path(folder)
        served = _start(place, asked.url)
        with ThreadPoolExecutor(CLIENTS) as pool:
            posting = [pool.submit(_post, place, id, what) for id, what in wanted.items()]
            for _ in range(kills):
                sleep(random.uniform(0.8, 2.0))
                served.kill()
                served = _start(place, asked.url)
            for one in posting:
                one.result()
        posted = monotonic() - began
        with httpx.Client(base_url=served.origin, trust_env=False, timeout=60) as client:
            _settle(client, "acknowledged,inProgress")
            held = {id for id, state in _states(client).items() if state == "held"}
            asked.refused = ()
            again = set(sorted(held)[::2])
            for id in held:
                word = "retry" if id in again else "give-up"
                client.post(f"/flow/{word}", params={"order": id}).raise_for_status()
            _settle(client, "acknowledged,inProgress,held")
            seconds = monotonic() - began
            problems = list(_problems(client, wanted, held - again))
            problems += _bills(client)
        served.stop()
    # Those of which no part asks the network are never refused.
    return {
        "holds": not problems,
        "summary": f"{orders} orders with {kills} kills in {seconds:.0f} s (all taken after"
        f" {posted:.0f} s); {len(held)} held, of which {len(again)} were tried again and the"
        f" others given up; {len(problems)} problems",
        "problems": problems[:20],
    }


def offerings(random: Random) -> list[str]:
    """What one order asks for."""
    return random.sample(SINGLE, random.choice((1, 1, 1, 2)))


def _start(place: Path, url: str) -> Served:
    served = Served(place, *FLAGS, "--flow-activation", url)
    served.wait()
    (place / "origin").write_text(served.origin)
    return served


def _post(place: Path, id: str, offerings: list[str]) -> None:
    """Order until the server says that it has the order, whichever process says so."""
    items = [paths.added(str(n), one) for n, one in enumerate(offerings, 1)]
    body = paths.order_of(*items, id=id)
    while True:
        try:
            origin = (place / "origin").read_text()
            answer = httpx.post(origin + paths.ORDERS, json=body, trust_env=False, timeout=60)
        except httpx.TransportError:
            sleep(0.05)
            continue
        if answer.status_code in (201, 409):
            return
        sleep(0.05)


def _settle(client: httpx.Client, states: str) -> None:
    """Return when no order is in one of some states."""
    until, query = monotonic() + LONGEST, f"{OURS}&state={states}&limit=0"
    while left := int(client.get(query).headers["X-Total-Count"]):
        if monotonic() > until:
            raise TimeoutError(f"{left} orders are stuck")
        sleep(0.5)


def _states(client: httpx.Client) -> dict[str, str]:
    """The state of every order, by its id."""
    found: list[Json] = []
    while page := client.get(f"{OURS}&fields=state&limit=100&offset={len(found)}").json():
        found += page
    return {order["id"]: order["state"] for order in found}


def _problems(client: httpx.Client, wanted: dict[str, list[str]], lost: set[str]) -> Iterator[str]:
    """Where what is there is not what the catalogue says."""
    catalogue, expected = Catalogue(), Counter[str]()
    made, states = {id: _made(client, id) for id in wanted}, _states(client)
    for id, offerings in wanted.items():
        state = states.get(id, "gone")
        done, services, rates = made[id]
        if state == "completed":
            want: Counter[str] = sum((catalogue.products(one) for one in offerings), Counter())
            if (found := Counter(p["name"] for p in done if p["status"] == "active")) != want:
                yield f"{id}: products {found}, wanted {want}"
            if len(done) != sum(want.values()):
                yield f"{id}: {len(done)} products"
            wish = sum((catalogue.services(one) for one in offerings), Counter[str]())
            kinds = Counter(s["serviceSpecification"]["id"] for s in services)
            if kinds != wish or {s["state"] for s in services} - {"active"}:
                yield f"{id}: services {kinds}, wanted {wish}"
            charged = Counter(round(r["taxIncludedAmount"]["value"] * 100) for r in rates)
            at = [datetime.fromisoformat(p["startDate"]).astimezone(UTC) for p in done]
            pence = [catalogue.pence(one, min(at)) for one in offerings]
            if charged != sum(pence, Counter()):
                yield f"{id}: charged {charged}, wanted {pence}"
        elif id not in lost or state not in ("failed", "partial"):
            yield f"{id}: {state}"
        expected["services"] += len(services)
        expected["products"] += len(done)
    for name, path, query in (
        ("products", paths.PRODUCTS, "productOrderItem.orderId.regex=^proof-"),
        ("services", paths.SERVICES, "serviceOrderItem.serviceOrderId.regex=-.*-.*-"),
    ):
        total = int(client.get(f"{path}?{query}&limit=0").headers["X-Total-Count"])
        if total != expected[name]:
            yield f"{total} {name} are there, {expected[name]} belong to orders"


def _made(client: httpx.Client, id: str) -> tuple[list[Json], list[Json], list[Json]]:
    """The products, services and rates of an order."""
    products = client.get(f"{paths.PRODUCTS}?productOrderItem.orderId={id}&limit=100").json()
    orders = client.get(f"{paths.SERVICE_ORDERS}?externalReference.id={id}&limit=100").json()
    ids = [i["service"]["id"] for order in orders for i in order["serviceOrderItem"]]
    found = [client.get(f"{paths.SERVICES}/{one}") for one in ids]
    services = [answer.json() for answer in found if answer.status_code == 200]
    rates = [
        rate
        for product in products
        for rate in client.get(f"{paths.RATES}?product.id={product['id']}&limit=100").json()
    ]
    return products, services, rates


def _bills(client: httpx.Client) -> list[str]:
    """Bill the account of the orders, and see that nothing is left and the sum is right."""
    base = "/tmf-api/customerBillManagement/v5"
    waiting = f"{base}/appliedCustomerBillingRate?billingAccount.id=ba-1001&isBilled=false"
    due, rest = 0, client.get(f"{waiting}&limit=1000").json()
    due = sum(round(rate["taxIncludedAmount"]["value"] * 100) for rate in rest)
    account = {"@type": "BillingAccountRef", "id": "ba-1001"}
    body = {"@type": "CustomerBillOnDemand", "name": "proof", "billingAccount": account}
    task = client.post(f"{base}/customerBillOnDemand", json=body).json()
    for _ in range(600):
        task = client.get(f"{base}/customerBillOnDemand/{task['id']}").json()
        if task["state"] != "inProgress":
            break
        sleep(0.1)
    bill = client.get(f"{base}/customerBill/{task['customerBill']['id']}").json()
    left = int(client.get(f"{waiting}&limit=0").headers["X-Total-Count"])
    found = round(bill["taxIncludedAmount"]["value"] * 100)
    return [] if (left, found) == (0, due) or len(rest) == 1000 else [f"billed {found} of {due}"]


class Catalogue:
    """What the files of the sample catalogue say, read without the flow."""

    def __init__(self) -> None:
        folder = specs_folder() / "sample-data"

        def read(api: str, name: str) -> dict[str, Json]:
            found = json.loads((folder / api / f"{name}.json").read_text())
            return {one["id"]: one for one in found}

        self._offers = read("TMF620-v5", "productOffering")
        self._specs = read("TMF620-v5", "productSpecification")
        self._prices = read("TMF620-v5", "productOfferingPrice")
        self._services = read("TMF633-v4", "serviceSpecification")

    def _parts(self, offer: str) -> list[str]:
        return [one["id"] for one in self._offers[offer].get("bundledProductOffering", [])]

    def products(self, offer: str) -> Counter[str]:
        """The names of the products of an offering."""
        parts: Counter[str] = sum((self.products(p) for p in self._parts(offer)), Counter())
        return parts + Counter([self._offers[offer]["name"]])

    def services(self, offer: str) -> Counter[str]:
        """The kinds of the services of an offering."""
        if parts := self._parts(offer):
            return sum((self.services(part) for part in parts), Counter())
        spec = self._specs[self._offers[offer]["productSpecification"]["id"]]
        found: Counter[str] = Counter()
        for one in spec.get("serviceSpecification", []):
            related = self._services[one["id"]].get("serviceSpecRelationship", [])
            found[one["id"]] += 1
            found.update(r["id"] for r in related if r["relationshipType"] == "reliesOn")
        return found

    def pence(self, offer: str, at: datetime) -> Counter[int]:
        """What is charged, with 20 % tax, for an offering from a day on."""
        days = monthrange(at.year, at.month)[1]
        found: Counter[int] = Counter()
        for reference in self._offers[offer]["productOfferingPrice"]:
            price = self._prices[reference["id"]]
            pence = round(price["price"]["value"] * 100)
            if price["priceType"] == "recurring":
                pence = (2 * pence * (days - at.day + 1) + days) // (2 * days)
            if price["priceType"] != "usage":
                found[pence + (2 * pence * 20 + 100) // 200] += 1
        return found
