"""Servers that take orders they should refuse, or forget what orders say (R-622-*, R-641-*)."""

from collections.abc import Callable
from typing import Any

from tests.conformance.flawed_servers.exchange import Answered, Asked, answer
from tests.conformance.flawed_servers.given.ending import cancelling
from tests.conformance.flawed_servers.slips import (
    Slip,
    Slips,
    body,
    creating,
    patching,
    showing,
    status,
    turning,
    without,
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
            turning("priority", "3", 3),
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

_DATES = Slips(__name__, "TMF622 v5 productOrder", ("R-622-*", "L-*", "R-302", "R-8*"))
_DATES.register(
    [
        Slip(
            "a_completed_order_has_no_date",
            "Does not say when an order was completed.",
            "R-622-08",
            showing("productOrder"),
            without("completionDate"),
        ),
        Slip(
            "an_order_under_way_is_gone",
            "Answers 403 to the deletion of an order under way.",
            "R-816",
            lambda asked: asked.deletes,
            status(403),
            also=("R-815", "R-201", "R-209", "R-112", "R-103"),
        ),
        Slip(
            "the_same_state_is_a_conflict",
            "Refuses to set the state that an order has.",
            "L-001",
            patching(lambda order: order == {"state": "acknowledged"}),
            status(409),
        ),
        Slip(
            "states_are_written_as_in_diagrams",
            "Begins the names of states in upper case, as the diagrams do.",
            "L-002",
            lambda asked: asked.creates and "fields" not in asked.parameters,
            turning("state", "acknowledged", "Acknowledged"),
            also=("R-711", "R-705", "S-001", "R-709", "R-1*"),
        ),
    ]
)

_CANCELS = Slips(
    __name__,
    "TMF622 v5 cancelProductOrder",
    ("R-622-*", "L-*", "R-302", "R-9*"),
    given=(cancelling,),
)
_CANCELS.register(
    [
        Slip(
            "a_cancelled_order_has_no_date",
            "Does not say when an order was cancelled.",
            "R-622-08",
            showing("productOrder/"),
            without("cancellationDate"),
        ),
        Slip(
            "a_task_can_be_written",
            "Takes a patch of a task.",
            "R-901",
            lambda asked: asked.patches and "/cancelProductOrder/" in asked.path,
            status(200),
            ask=lambda asked: asked.reading(),
            also=("R-107", "R-8*"),
        ),
        Slip(
            "a_missing_order_breaks_the_server",
            "Answers 409 to the cancellation of an order that is not there.",
            "R-622-10",
            creating("cancelProductOrder"),
            lambda asked, answered: answered if answered.ok else status(409)(asked, answered),
            also=("R-703", "R-710", "R-7*", "R-2*", "R-1*"),
        ),
        Slip(
            "an_order_that_is_over_is_cancelled",
            "Cancels an order that is completed.",
            "R-622-10",
            creating("cancelProductOrder"),
            lambda asked, answered: _cancelled(asked) if answered.status == 409 else answered,
            also=("R-701", "R-709", "R-104", "R-1*", "S-001"),
        ),
        Slip(
            "an_order_goes_with_its_task",
            "Shows an order no more once it is cancelled.",
            "R-622-11",
            lambda asked: asked.reads and "/productOrder/" in asked.path,
            lambda asked, answered: (
                status(404)(asked, answered)
                if answered.ok and answered.json.get("state") == "cancelled"
                else answered
            ),
            also=("R-1*", "R-2*"),
        ),
        Slip(
            "a_change_of_a_task_is_a_bad_request",
            "Answers 400 to a method that tasks do not have.",
            "R-107",
            lambda asked: asked.patches and "/cancelProductOrder/" in asked.path,
            status(400),
            also=("R-901",),
        ),
    ]
)


def _cancelled(asked: Asked) -> Answered:
    """A cancellation that is done, of whatever was asked for."""
    task = {"id": "done", "href": f"{asked.path}/done", "state": "done", **asked.json}
    return answer(task, 201, f"{asked.path}/done")
