"""Product orders are carried out, from the order to the charges, by what the catalogue says."""

from tests.handlers.flow.ordering import (
    RESOURCES,
    SERVICE_ORDERS,
    SERVICES,
    Flowing,
    added,
    bundling,
    of,
    touching,
)


def test_an_order_becomes_services_resources_a_product_and_rates(flowing: Flowing) -> None:
    order = flowing.ordered(added("1", "offer-5g-light"))
    assert [item["state"] for item in order["productOrderItem"]] == ["completed"]
    (product,) = flowing.products(order["id"])
    assert (product["status"], product["name"]) == ("active", "5G Light")
    assert product["billingAccount"]["id"] == "ba-1001"
    characteristics = {c["name"]: c["value"] for c in product["productCharacteristic"]}
    assert characteristics == {"dataAllowance": 20, "downlinkLimit": 300}

    (reference,) = product["realizingService"]
    access = flowing.get(f"{SERVICES}/{reference['id']}")
    assert (access["state"], access["category"]) == ("active", "CFS")
    assert access["serviceSpecification"]["id"] == "sspec-mobile-access"
    told = {c["name"]: c["value"] for c in access["serviceCharacteristic"]}
    assert told == {"dataVolume": 20, "maxDownlink": 300}
    radio = flowing.get(f"{SERVICES}/{access['supportingService'][0]['id']}")
    assert (radio["state"], radio["category"]) == ("active", "RFS")

    used = [flowing.get(f"{RESOURCES}/{one['id']}") for one in radio["supportingResource"]]
    assert {one["resourceSpecification"]["id"] for one in used} == {
        "rspec-sim", "rspec-imsi", "rspec-msisdn"
    }  # fmt: skip
    assert {one["usageState"] for one in used} == {"active"}
    assert {one["id"] for one in used} == {one["id"] for one in product["realizingResource"]}

    (placed,) = flowing.get(f"{SERVICE_ORDERS}?externalReference.id={order['id']}")
    assert placed["state"] == "completed"
    assert {i["service"]["id"] for i in placed["serviceOrderItem"]} == {access["id"], radio["id"]}

    rates = {rate["appliedBillingRateType"]: rate for rate in flowing.rates(product["id"])}
    assert set(rates) == {"oneTimeCharge", "recurringCharge"}
    assert rates["oneTimeCharge"]["taxIncludedAmount"] == {"unit": "GBP", "value": 6}
    assert rates["recurringCharge"]["isBilled"] is False


def test_v4_shows_what_v5_does(flowing: Flowing) -> None:
    order = flowing.ordered(added("1", "offer-static-ip"))
    (product,) = flowing.products(order["id"])
    seen = flowing.get(f"/tmf-api/productInventory/v4/product/{product['id']}")
    assert (seen["status"], seen["productOrderItem"][0]["productOrderId"]) == (
        "active",
        order["id"],
    )


def test_a_free_address_of_the_pool_is_reused(flowing: Flowing) -> None:
    order = flowing.ordered(added("1", "offer-static-ip"))
    (product,) = flowing.products(order["id"])
    (used,) = [flowing.get(f"{RESOURCES}/{r['id']}") for r in product["realizingResource"]]
    assert used["id"].startswith("res-ip-") or used["value"] == used["id"][:8]
    assert used["usageState"] == "active"


def test_a_bundle_that_the_order_does_not_take_apart_is_taken_apart(flowing: Flowing) -> None:
    order = flowing.ordered(added("1", "offer-home-and-mobile"))
    products = {product["name"]: product for product in flowing.products(order["id"])}
    assert set(products) == {"Home and Mobile", "Fibre 500", "5G Unlimited", "Television"}
    assert {product["status"] for product in products.values()} == {"active"}
    charged = {name for name, product in products.items() if flowing.rates(product["id"])}
    assert charged == {"Home and Mobile"}


def test_a_bundle_waits_for_the_parts_that_the_order_names(flowing: Flowing) -> None:
    order = flowing.ordered(
        added("1", "offer-home-and-mobile", **bundling(["2", "3"])),
        added("2", "offer-fibre-500"),
        added("3", "offer-tv-pack"),
    )
    ended = {step["id"]: step["ended"] for step in flowing.flow(order["id"])["steps"]}
    assert ended["1/deliver"] >= max(ended["2/finish"], ended["3/finish"])
    # Television needs the fibre line that the same order builds.
    assert ended["3/sspec-tv/activate"] >= ended["2/sspec-fibre-line/activate"]
    assert len(flowing.products(order["id"])) == 3


def test_a_product_is_changed_and_ended(flowing: Flowing) -> None:
    (product,) = flowing.products(flowing.ordered(added("1", "offer-fibre-150"))["id"])
    paid = [r for r in flowing.rates(product["id"]) if "periodCoverage" in r]
    faster = {"@type": "IntegerCharacteristic", "name": "downlink", "value": 1000}
    flowing.ordered(touching("1", "modify", product["id"], productCharacteristic=[faster]))
    (service,) = [flowing.get(f"{SERVICES}/{s['id']}") for s in product["realizingService"]]
    assert {"downstream", "upstream"} == {c["name"] for c in service["serviceCharacteristic"]}
    assert 1000 in [c["value"] for c in service["serviceCharacteristic"]]
    line = flowing.get(f"{SERVICES}/{service['supportingService'][0]['id']}")
    assert [c["value"] for c in line["serviceCharacteristic"]] == ["gold"]

    flowing.ordered(touching("1", "delete", product["id"]))
    ended = flowing.get(f"/tmf-api/productInventory/v5/product/{product['id']}")
    assert ended["status"] == "terminated" and ended["terminationDate"]
    assert flowing.get(f"{SERVICES}/{service['id']}")["state"] == "terminated"
    assert flowing.get(f"{SERVICES}/{line['id']}")["state"] == "terminated"
    used = [flowing.get(f"{RESOURCES}/{r['id']}") for r in line["supportingResource"]]
    assert {one["usageState"] for one in used} == {"idle"}
    credits = [r for r in flowing.rates(product["id"]) if r["appliedBillingRateType"] == "credit"]
    assert all(r["taxExcludedAmount"]["value"] < 0 for r in credits)
    assert len(credits) <= len(paid)


def test_what_was_there_before_is_ended(flowing: Flowing) -> None:
    order = flowing.ordered(touching("1", "delete", "prod-6014"), **of("cust-1009"))
    ended = flowing.get("/tmf-api/productInventory/v5/product/prod-6014")
    assert (ended["status"], ended["id"]) == ("terminated", "prod-6014")
    states = [flowing.get(f"{SERVICES}/svc-{kind}-4006")["state"] for kind in ("cfs", "rfs")]
    assert states == ["terminated", "terminated"]
    (placed,) = flowing.get(f"{SERVICE_ORDERS}?externalReference.id={order['id']}")
    assert {item["action"] for item in placed["serviceOrderItem"]} == {"delete"}


def test_an_item_without_change_is_completed(flowing: Flowing) -> None:
    (product,) = flowing.products(flowing.ordered(added("1", "offer-router-mesh"))["id"])
    order = flowing.ordered(touching("1", "noChange", product["id"]))
    assert order["productOrderItem"][0]["state"] == "completed"
