"""A step that takes too long is tried again, then held; an order that is stuck says so."""

import asyncio
from pathlib import Path

import orjson

from handlers.flow.activation import Activation
from tests.handlers.flow.ordering import added, order_of
from tests.handlers.flow.refusing import network
from tests.handlers.flow.stepping import Office


def test_a_network_that_does_not_answer_in_time_holds_the_order(tmp_path: Path) -> None:
    async def play(url: str) -> None:
        office = await Office.opened(tmp_path)
        office.flow.activation = Activation(url)
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
