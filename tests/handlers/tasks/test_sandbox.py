"""Orders that move by themselves, and the wishes that steer them (`--sandbox`)."""

from time import sleep

import pytest

from tests.handlers.asking import hinted, shown
from tests.handlers.conftest import Start
from tests.handlers.facts import ALL, Case, Json, each
from tests.handlers.ordering import items_of
from tests.handlers.serving import Server
from tests.handlers.tasks.waiting import until

ORDERS = [case for case in ALL if case.resource.name in ("productOrder", "serviceOrder")]
DELAY = 0.1
#: Longer than an order needs to come to its end, on a busy machine.
QUIET = 1.5
#: Seconds in which an order makes two moves, however seldom a worker looks back.
SOON = 3.0


@pytest.fixture(scope="module")
def sandbox(start: Start) -> Server:
    return start(tasks=True, sandbox=True, sandbox_delay=DELAY)


def place(server: Server, case: Case, category: str | None, items: int = 2) -> Json:
    """A new order with a category and so many items that embed none."""
    body, name = case.create_body(), items_of(case)
    first = {k: v for k, v in body[name][0].items() if k not in ("state", name)}
    first.pop(f"{name}Relationship", None)
    body |= {name: [first | {"id": str(number)} for number in range(1, items + 1)]}
    body = {k: v for k, v in body.items() if k not in ("id", "category")}
    body |= {"category": category} if category else {}
    return dict(shown(server.client.post(case.path, json=body), 201))


def states(case: Case, order: Json) -> tuple[str, list[str]]:
    return order["state"], [item["state"] for item in order[items_of(case)]]


def settled(server: Server, case: Case, id: str, state: str) -> tuple[str, list[str]]:
    """The states of an order that came to one, and stays there."""
    url = case.item(id)
    until(lambda: shown(server.client.get(url)), lambda order: order["state"] == state)
    sleep(2 * DELAY)
    return states(case, shown(server.client.get(url)))


#: What orders wish for, and the states in which they and their items end.
WISHES = {
    None: ("completed", ["completed", "completed"]),
    "consumer": ("completed", ["completed", "completed"]),
    "sandbox:deny-cancel": ("completed", ["completed", "completed"]),
    "sandbox:fail": ("failed", ["failed", "failed"]),
    "sandbox:partial": ("partial", ["completed", "failed"]),
    "sandbox:hold": ("held", ["held", "held"]),
    "sandbox:pending": ("pending", ["pending", "pending"]),
    "sandbox:reject": ("rejected", ["rejected", "rejected"]),
    "sandbox:never": ("acknowledged", ["acknowledged", "acknowledged"]),
}


Placed = dict[tuple[Case, str | None, int], Json]


@pytest.fixture(scope="module")
def placed(sandbox: Server) -> Placed:
    """Orders of each kind with each wish, and with one item, as they were made: they move at once,
    for each move takes as long as a worker takes to look.
    """
    wanted = [(wish, 2) for wish in WISHES] + [("sandbox:partial", 1)]
    return {(case, *each): place(sandbox, case, *each) for case in ORDERS for each in wanted}


@pytest.fixture(scope="module")
def later(placed: Placed) -> Placed:
    """The same, when all are where they stay."""
    sleep(QUIET)
    return placed


@each(ORDERS)
@pytest.mark.parametrize("wish", [wish for wish in WISHES if wish != "sandbox:never"])
def test_an_order_comes_where_its_wish_says(
    case: Case, wish: str | None, sandbox: Server, placed: Placed
) -> None:
    order = placed[case, wish, 2]
    assert states(case, order) == ("acknowledged", ["acknowledged"] * 2)
    state, items = WISHES[wish]
    assert settled(sandbox, case, order["id"], state) == (state, items)


@each(ORDERS)
def test_each_state_lasts_as_long_as_it_should(case: Case, sandbox: Server) -> None:
    """The second move was seen five seconds later, when a worker looked back."""
    order = place(sandbox, case, None)
    url = case.item(order["id"])
    until(lambda: shown(sandbox.client.get(url)), lambda now: now["state"] == "completed", SOON)


@each(ORDERS)
def test_an_order_stays_where_it_is_when_that_is_wished(
    case: Case, sandbox: Server, later: Placed
) -> None:
    order = later[case, "sandbox:never", 2]
    after = shown(sandbox.client.get(case.item(order["id"])))
    assert states(case, after) == WISHES["sandbox:never"]


@each(ORDERS)
def test_a_held_order_goes_on_when_somebody_takes_it_up(case: Case, sandbox: Server) -> None:
    order = place(sandbox, case, "sandbox:hold")
    assert settled(sandbox, case, order["id"], "held")[0] == "held"
    typed = {"@type": order["@type"]} if case.resource.typed else {}

    def taken_up() -> Json:
        """The order completed by the client, unless it was held again in between."""
        for state in ("inProgress", "completed"):
            answer = sandbox.client.patch(case.item(order["id"]), json=typed | {"state": state})
        return dict(answer.json())

    until(taken_up, lambda answered: answered.get("state") == "completed")
    after = shown(sandbox.client.get(case.item(order["id"])))
    assert states(case, after) == ("completed", ["completed", "completed"])


@each(ORDERS)
def test_an_order_of_one_item_that_is_to_end_partial_fails(
    case: Case, sandbox: Server, placed: Placed
) -> None:
    """One item alone cannot be in two states; what was wished is nearest to failed."""
    order = placed[case, "sandbox:partial", 1]
    assert settled(sandbox, case, order["id"], "failed") == ("failed", ["failed"])


@each(ORDERS)
def test_a_wish_that_is_none_is_told(case: Case, sandbox: Server, server: Server) -> None:
    body = case.create_body(category="sandbox:fial")
    body.pop("id", None)
    told = hinted(sandbox.client.post(case.path, json=body))
    assert told[-1] == (
        "/category sandbox:fial is no wish; use deny-cancel, fail, hold, never, partial, pending"
        " or reject behind sandbox:."
    )
    assert not any("sandbox" in hint for hint in hinted(server.client.post(case.path, json=body)))
