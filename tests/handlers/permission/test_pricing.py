"""Who sees some rows only alters no prices."""

from typing import Any

import pytest

from tests.handlers.asking import refused
from tests.handlers.conftest import Start
from tests.handlers.facts import Case, Json, case
from tests.handlers.permission.callers import MINE, caller, of_party
from tests.handlers.serving import Server

MERGE = {"Content-Type": "application/merge-patch+json"}


def ordering(version: str, percentage: int) -> tuple[Case, Json]:
    """An order of one's own of which the price of an item within an item is altered."""
    of = case(f"TMF622-{version}/productOrder")
    price: Json = {"@type": "Price", "percentage": percentage}
    alteration = {"@type": "PriceAlteration", "name": "d", "priceType": "discount", "price": price}
    whole = {"@type": "Price", "dutyFreeAmount": {"unit": "GBP", "value": 5}}
    told: Json = {"@type": "OrderPrice", "priceType": "oneTime", "price": whole}
    prices = [told | {"priceAlteration": [alteration]}]
    item: Json = {"@type": "ProductOrderItem", "id": "1", "action": "add"}
    inner = item | {"id": "2", "itemPrice": prices}
    items = [item | {"productOrderItem": [inner]}]
    return of, {"@type": "ProductOrder", "productOrderItem": items} | of_party(of, MINE)


@pytest.fixture(scope="module")
def asking(lasting: Start, keys: Any) -> Server:
    return lasting(authentication=True, keys=keys)


@pytest.mark.parametrize("version", ["v4", "v5"])
@pytest.mark.parametrize("role", ["partner", "customer"])
def test_nobody_gives_itself_a_discount(asking: Server, role: str, version: str) -> None:
    of, order = ordering(version, 100)
    with caller(asking, role) as client:
        answer = client.client.post(of.path, json=order)
    refused(answer, 403, "41", "/productOrderItem/0/productOrderItem/0/itemPrice/0/priceAlteration")


def test_a_discount_that_was_given_stays_and_grows_no_more(asking: Server) -> None:
    of, order = ordering("v5", 10)
    with caller(asking, "admin") as admin, caller(asking, "partner") as client:
        url = of.item(admin.client.post(of.path, json=order).json()["id"])
        kept = {"description": "new", "productOrderItem": order["productOrderItem"]}
        assert client.client.patch(url, json=kept, headers=MERGE).status_code == 200
        more = {"productOrderItem": ordering("v5", 20)[1]["productOrderItem"]}
        refused(client.client.patch(url, json=more, headers=MERGE), 403, "41", "priceAlteration")


def offered(item: Json, id: str) -> Json:
    return item | {"productOffering": {"@type": "ProductOfferingRef", "id": id}}


def test_a_discount_that_was_given_is_for_its_item_and_offering(asking: Server) -> None:
    of, order = ordering("v5", 10)
    given = order["productOrderItem"][0]["productOrderItem"][0]
    plain: Json = {"@type": "ProductOrderItem", "id": "1", "action": "add"}
    items = [offered(plain, "one"), offered(given, "two")]
    with caller(asking, "admin") as admin, caller(asking, "partner") as client:
        made = admin.client.post(of.path, json=order | {"productOrderItem": items})
        url = of.item(made.json()["id"])
        dearer = {"productOrderItem": [items[0], offered(given, "three")]}
        refused(client.client.patch(url, json=dearer, headers=MERGE), 403, "41", "priceAlteration")
        # Its place is another one, without the item in front.
        fewer = {"productOrderItem": items[1:]}
        assert client.client.patch(url, json=fewer, headers=MERGE).status_code == 200
