"""Servers that take orders they should refuse, or forget what orders say (R-622-*, R-641-*)."""

from collections.abc import Callable
from typing import Any

from tests.conformance.flawed_servers.slips import (
    Slip,
    Slips,
    body,
    creating,
    patching,
    showing,
    status,
)
from tests.handlers.facts import Json

_ITEM = {
    "id": "1", "action": "add", "@type": "ProductOrderItem",
    "productOffering": {"id": "kit-offering", "@type": "ProductOfferingRef"},
}  # fmt: skip
_SERVICES = "TMF641 v5 serviceOrder"


def _items(order: Json, name: str = "productOrderItem") -> list[Json]:
    return [item for item in order.get(name) or [] if isinstance(item, dict)]


def _any_item(holds: Callable[[Json], Any]) -> Callable[[Json], bool]:
    return lambda order: any(holds(item) for item in _items(order))


def _mended(order: Json) -> Json:
    """An order with its items as they would have to be."""
    items = [
        {**_ITEM, **item, "id": str(place), "action": "add"}
        for place, item in enumerate(_items(order) or [{}], 1)
    ]
    return order | {"productOrderItem": items}


def _of_items(change: Callable[[Json], Json], name: str = "productOrderItem") -> Any:
    """Orders whose items are changed where they are shown."""

    def one(order: Json) -> Json:
        return order | {name: [change(item) for item in _items(order, name)]}

    return lambda asked, answered: answered.each(
        lambda order: one(order) if _items(order, name) else order
    )


def _lacking(*names: str) -> Callable[[Json], Json]:
    return lambda item: {k: v for k, v in item.items() if k not in names}


def _nameless(item: Json) -> bool:
    return item.get("action") in ("modify", "delete") and not item.get("product", {}).get("id")


_TAKEN = ("R-703", "R-710", "R-711", "R-720", "R-722", "R-812", "R-210", "R-1107", "R-622-15")
_ORDERS = Slips(__name__, "TMF622 v5 productOrder", ("R-302", "R-622-*", "L-*"))
_ORDERS.register(
    [
        Slip(
            "an_order_may_be_empty",
            "Takes an order without items.",
            "R-622-01",
            creating("productOrder", lambda order: not _items(order)),
            ask=body(_mended),
            also=_TAKEN,
        ),
        Slip(
            "an_item_may_be_anything",
            "Takes items without id or action.",
            "R-622-01",
            creating("productOrder", _any_item(lambda item: not {"id", "action"} <= item.keys())),
            ask=body(_mended),
            also=_TAKEN,
        ),
        Slip(
            "items_may_share_an_id",
            "Takes two items with one id.",
            "R-622-01",
            creating(
                "productOrder", lambda o: len({i.get("id") for i in _items(o)}) < len(_items(o))
            ),
            ask=body(_mended),
            also=_TAKEN,
        ),
        Slip(
            "any_action_is_taken",
            "Takes an action that there is not.",
            "R-622-01",
            creating("productOrder", _any_item(lambda i: i.get("action") == "kitNoSuchAction")),
            ask=body(_mended),
            also=_TAKEN,
        ),
        Slip(
            "a_change_need_not_say_of_what",
            "Takes an item that modifies a product and does not say which.",
            "R-622-02",
            creating("productOrder", _any_item(_nameless)),
            ask=body(_mended),
            also=_TAKEN,
        ),
        Slip(
            "an_undescribed_item_is_not_found",
            "Answers 404 to an item that adds something without saying what.",
            "R-622-03",
            creating(
                "productOrder", _any_item(lambda i: not {"product", "productOffering"} & i.keys())
            ),
            status(404),
            also=(*_TAKEN, "R-208"),
        ),
        Slip(
            "items_have_no_state",
            "Does not say how the items of an order stand.",
            "R-622-05",
            showing("productOrder"),
            _of_items(_lacking("state")),
        ),
        Slip(
            "items_have_no_quantity",
            "Does not say that an item without a quantity is one.",
            "R-622-05",
            showing("productOrder"),
            _of_items(_lacking("quantity")),
        ),
        Slip(
            "a_draft_cannot_be_submitted",
            "Refuses to acknowledge an order that is a draft.",
            "R-622-06",
            patching(lambda order: order.get("state") == "acknowledged"),
            status(409),
        ),
        Slip(
            "a_draft_is_acknowledged_at_once",
            "Does not look at requestedInitialState.",
            "R-622-06",
            creating("productOrder", lambda order: order.get("requestedInitialState") == "draft"),
            ask=body(_lacking("requestedInitialState")),
        ),
        Slip(
            "a_loose_relation_is_not_found",
            "Answers 404 to a relation that leads to no item of the order.",
            "R-622-12",
            creating("productOrder", _any_item(lambda i: i.get("productOrderItemRelationship"))),
            status(404),
        ),
        Slip(
            "items_in_items_are_dropped",
            "Drops the items that an item holds.",
            "R-622-12",
            showing("productOrder"),
            _of_items(_lacking("productOrderItem")),
        ),
        Slip(
            "a_finished_order_can_be_rewritten",
            "Changes an order that is over.",
            "R-622-14",
            patching(lambda order: order.get("description") == "kit after the end"),
            status(200),
            ask=lambda asked: asked.reading(),
        ),
        Slip(
            "digits_are_numbers",
            "Gives the priority of an order as a number.",
            "R-622-13",
            showing("productOrder"),
            lambda asked, answered: answered.each(
                lambda o: o | ({"priority": 3} if o.get("priority") == "3" else {})
            ),
            also=("S-001",),
        ),
        Slip(
            "what_changes_is_dropped",
            "Drops modifyPath, by which an item says what it changes.",
            "R-641-04",
            showing("serviceOrder"),
            _of_items(_lacking("modifyPath"), "serviceOrderItem"),
            also=("R-641-*",),
            on=_SERVICES,
        ),
        Slip(
            "service_items_have_no_state",
            "Does not say how the items of a service order stand.",
            "R-641-05",
            showing("serviceOrder"),
            _of_items(_lacking("state"), "serviceOrderItem"),
            also=("R-641-*",),
            on=_SERVICES,
        ),
    ]
)
