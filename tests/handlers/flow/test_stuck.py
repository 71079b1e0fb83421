"""A step that takes too long is tried again, then held; an order that is stuck says so."""

import asyncio
from pathlib import Path

import orjson

from handlers.flow.activation import Activation
from handlers.flow.deeds import Deeds
from handlers.flow.reach import put, remove
from tests.handlers.flow.ordering import added, order_of
from tests.handlers.flow.refusing import network
from tests.handlers.flow.stepping import Office


def test_a_network_that_does_not_answer_in_time_holds_the_order(tmp_path: Path) -> None:
    async def play(url: str) -> None:
        office = await Office.opened(tmp_path)
        office.flow.deeds = Deeds(Activation(url))
        office.flow.timeouts = dict(office.flow.timeouts) | {"activate": 0.05}
        items = (
            added("1", "offer-static-ip", quantity=1),
            added("2", "offer-router-mesh", quantity=1),
        )
        id = await office.order(order_of(*items))
        await office.settle(id)
        order = await office.read(office.reach.orders, id)
        assert [item["state"] for item in order["productOrderItem"]] == ["held", "completed"]
        assert "it took more than 0.05 seconds" in order["productOrderErrorMessage"][0]["message"]
        (alert,) = order["productOrderJeopardyAlert"]
        assert alert["message"] == "nothing goes on until somebody sees to the items 1"
        await office.store.settle()
        told = [
            orjson.loads(event.body.splitlines()[1])["event"]["productOrder"]
            for event in await office.store.events(office.told, 1000)
            if event.type == "ProductOrderJeopardyAlertEvent"
        ]
        assert [order["productOrderJeopardyAlert"] for order in told] == [[alert]]
        await office.store.close()

    with network() as asked:
        asked.takes = 0.3
        asyncio.run(play(asked.url))


def test_an_amendment_ends_though_the_catalogue_changed_meanwhile(tmp_path: Path) -> None:
    """The order went on and was held again and again, with another message each time."""

    async def play() -> None:
        office = await Office.opened(tmp_path)
        reach = office.reach
        id = await office.order(order_of(added("1", "offer-of-nothing", quantity=1)))
        await office.settle(id)
        await put(reach.offerings, {"@type": "ProductOffering", "id": "o", "name": "O"})
        changes = {"modifiedItem": [added("1", "o", quantity=1)]}
        task = await office.ask("amendProductOrder", id, **changes)
        assert not await office.look_at(task)
        await remove(reach.offerings, "o")
        await office.settle(id, task)
        found = await office.read(office.service("TMF622", "amendProductOrder"), task)
        assert found["note"][-1]["text"] == "no plan can be made of it any more, so that it is held"
        order = await office.read(reach.orders, id)
        assert (order["state"], len(order["productOrderErrorMessage"])) == ("held", 2)
        await office.store.close()

    asyncio.run(play())
