"""One order at a time: several clients move it, move its items, and cancel it, all at once, and
whatever was ever to be seen of it is looked at afterwards. A state machine of Hypothesis.

Every write of an order carries an event with the whole of it, so the log shows each state it had.
"""

import asyncio
import logging
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any, ClassVar
from uuid import uuid4

import httpx
import orjson
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)

from persistence.store import Logged
from tests.handlers.facts import ALL, APIS, Case, Json
from tests.handlers.ordering import items_of
from tests.handlers.serving import Server, running, store_of
from tests.handlers.tasks.waiting import over
from tmf_apis.catalog import Catalog
from tmf_apis.lifecycles.machine import Machine
from tmf_apis.lifecycles.reading import built_in

FINAL = frozenset({"completed", "failed", "cancelled", "rejected", "partial"})
ORDERS = [case for case in ALL if case.resource.name in ("productOrder", "serviceOrder")]
#: Clients that send at the same time.
CLIENTS = 4
_MOVES = (
    *("inProgress", "inProgress", "completed", "failed", "pending", "held", "cancelled"),
    *("acknowledged", "rejected", "assessingCancellation", "pendingCancellation"),
)

#: What a client does: where (the order, or an item by its place), and where to; or a cancellation.
Deed = tuple[str, str]
DEEDS = st.one_of(
    st.tuples(st.sampled_from(["", "0", "1", "0/0"]), st.sampled_from(_MOVES)),
    st.just(("cancel", "")),
    st.just(("note", "")),
    st.just(("", "partial")),
)


def may_be(states: Sequence[str]) -> set[str]:
    """The states an order may have whose items have these (L-622-R1 to R6)."""
    found = set(states)
    if len(found) == 1:
        return found
    if "inProgress" in found:
        return {"inProgress"}
    for state in ("held", "pending"):
        if state in found:
            return {state}
    if found <= FINAL:
        return {"partial"} if found & {"completed", "partial"} else {"failed", "cancelled"}
    cancelling = found & {"assessingCancellation", "pendingCancellation"}
    # Nobody works on any of them, and some are over already: the rules leave it open.
    return cancelling or {"acknowledged", "inProgress"}


class OrdersAtOnce(RuleBasedStateMachine):
    """One order, and clients that do not know of one another."""

    server: ClassVar[Server]
    #: Whether the server decides about cancellations, or whoever moves the order.
    decides: ClassVar[bool] = True
    #: How many states of orders were looked at, as the log has them.
    looked: ClassVar[int] = 0

    def __init__(self) -> None:
        super().__init__()
        self.tasks: list[str] = []
        self.clients = [
            httpx.Client(base_url=self.server.url, timeout=60, trust_env=False)
            for _ in range(CLIENTS)
        ]

    @initialize(case=st.sampled_from(ORDERS), nested=st.booleans())
    def place(self, case: Case, nested: bool) -> None:
        self.case, self.items = case, items_of(case)
        self.since = asyncio.run(self._last())
        body = case.create_body()
        first = {k: v for k, v in body[self.items][0].items() if k not in ("state", self.items)}
        first.pop(f"{self.items}Relationship", None)
        inner = {self.items: [first | {"id": "3"}]} if nested else {}
        body |= {self.items: [first | {"id": "1"} | inner, first | {"id": "2"}]}
        body.pop("id", None)
        answer = self.clients[0].post(case.path, json=body)
        assert answer.status_code == 201, answer.text
        self.id: str = answer.json()["id"]
        self.look(answer.json())

    @rule(deeds=st.lists(DEEDS, min_size=1, max_size=6))
    def at_once(self, deeds: list[Deed]) -> None:
        """Do some deeds at the same time, and read the order meanwhile."""
        with ThreadPoolExecutor(CLIENTS) as pool:
            sent = [
                pool.submit(self.do, self.clients[number % CLIENTS], deed)
                for number, deed in enumerate(deeds)
            ]
            while not all(one.done() for one in sent):
                self.look(self.read())
        for one in sent:
            one.result()
        self.look(self.read())

    def do(self, client: httpx.Client, deed: Deed) -> None:
        where, state = deed
        if where == "cancel":
            self.cancel(client)
            return
        if where == "note":
            note: Json = {"text": str(uuid4()), "@type": "Note"}
            steps = [{"op": "add", "path": "/note", "value": [note]}]
        else:
            inside = "".join(f"/{self.items}/{place}" for place in where.split("/") if place)
            steps = [{"op": "replace", "path": f"{inside}/state", "value": state}]
        answer = client.patch(
            self.case.item(self.id),
            content=orjson.dumps(steps),
            headers={"Content-Type": "application/json-patch+json"},
        )
        # A move that is none, an item that is none, or a state that the file does not have.
        assert answer.status_code in (200, 400, 409), answer.text
        if answer.status_code == 200:
            self.look(answer.json())

    def cancel(self, client: httpx.Client) -> None:
        case, name = self.cancels, self.case.resource.name
        body = case.create_body()
        body = {k: v for k, v in body.items() if k not in ("id", "requestedCancellationDate")}
        body[name] = body[name] | {"id": self.id}
        answer = client.post(case.path, json=body)
        assert answer.status_code in (201, 409), answer.text
        if answer.status_code == 201:
            self.tasks.append(answer.json()["id"])

    @property
    def cancels(self) -> Case:
        name = self.case.resource.name
        wanted = f"cancel{name[0].upper()}{name[1:]}"
        api = self.case.api.base_path
        return next(c for c in ALL if (c.api.base_path, c.resource.name) == (api, wanted))

    def read(self) -> Json:
        answer = self.clients[0].get(self.case.item(self.id))
        assert answer.status_code == 200
        return dict(answer.json())

    def look(self, order: Json) -> None:
        """Fail for an order that disagrees with its items."""
        assert not disagreement(self.case, order), (disagreement(self.case, order), order)

    def teardown(self) -> None:
        if self.decides and hasattr(self, "id"):
            for id in self.tasks:
                over(self.server, self.cancels, id)
        for client in self.clients:
            client.close()
        if hasattr(self, "id"):
            self.look_back(asyncio.run(self._logged()))

    def look_back(self, seen: list[Json]) -> None:
        """Fail for what was ever to be seen of the order and should not have been."""
        assert seen
        machine = machine_of(self.case)
        type(self).looked += len(seen)
        for before, after in pairwise(seen):
            self.look(after)
            old, new = before["state"], after["state"]
            assert old == new or old not in FINAL, (old, new)
            was, now = states_of(self.case, before), states_of(self.case, after)
            for id, state in was.items():
                assert state not in FINAL or id in self._adding_up(after) or now[id] == state
            if len({*was.values()}) == len({*now.values()}) == 1 and old != new:
                assert new in machine.moves[old], (old, new)

    def _adding_up(self, order: Json) -> set[str]:
        """The items that have no state of their own: those that hold others."""
        return {item["id"] for item in order[self.items] if item.get(self.items)}

    async def _last(self) -> int:
        store = store_of(self.server.settings.store)
        await store.open([])
        try:
            await store.settle()
            return await store.last_event()
        finally:
            await store.close()

    async def _logged(self) -> list[Json]:
        """The order after each of its writes, as the log tells."""
        store = store_of(self.server.settings.store)
        await store.open([])
        seen: list[Json] = []
        try:
            await store.settle()
            position = self.since
            while found := await store.events(position, 500):
                position = found[-1].sequence
                seen += [_order(one) for one in found if self._is_mine(one)]
        finally:
            await store.close()
        return seen

    def _is_mine(self, logged: Logged) -> bool:
        return (logged.collection, logged.id) == (self.case.path, self.id)


def try_orders(folder: Path, store: str, cancellation: str, runs: int) -> int:
    """Make so many runs on a server with a store in a folder; how many states were looked at.

    Raises `AssertionError` with the run that showed a state that should not have been.
    """
    bases = {case.api.base_path for case in ORDERS}
    catalog = Catalog(tuple(api for api in APIS if api.base_path in bases))
    chosen = settings(
        max_examples=runs,
        stateful_step_count=4,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        # Runs at once are never the same twice, so that none can be kept or made smaller.
        phases=[Phase.generate],
        database=None,
    )
    chosen_for = {"tasks": True, "cancellation": cancellation}
    with faults() as told, running(folder, catalog, kind=store, **chosen_for) as server:

        class Trial(OrdersAtOnce):
            """The machine with this server."""

        Trial.server, Trial.decides = server, cancellation == "immediate"
        run_state_machine_as_test(Trial, settings=chosen)
    assert told == []
    return Trial.looked


@contextmanager
def faults() -> Iterator[list[str]]:
    """What the worker of tasks logs as an error while the block lasts: faults of ours."""
    told: list[str] = []

    class Listening(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            told.append(f"{record.getMessage()}: {record.exc_info and record.exc_info[1]}")

    log, handler = logging.getLogger("handlers.tasks.worker"), Listening(logging.ERROR)
    log.addHandler(handler)
    try:
        yield told
    finally:
        log.removeHandler(handler)


def _order(logged: Logged) -> Json:
    """The whole order in an event of the log, whose second line is the envelope."""
    envelope = orjson.loads(logged.body.partition(b"\n")[2])
    [order] = [v for k, v in envelope["event"].items() if k != "informationRequired"]
    return dict(order)


def machine_of(case: Case) -> Machine:
    wanted = (case.api.number, case.api.major, case.resource.name, "state")
    return next(m for m in built_in() if (m.api, m.version, m.resource, m.name) == wanted)


def states_of(case: Case, order: Json) -> dict[str, str]:
    """The state of each item by its id, of nested ones too."""
    return {item["id"]: item["state"] for item in _all(items_of(case), order)}


def disagreement(case: Case, order: Json) -> str:
    """How an order and its items disagree, empty where they do not."""
    attribute = items_of(case)
    whole = case.api.number == "TMF622"
    holders = [order] if whole else [order, *_all(attribute, order)]
    for holder in holders:
        inside = list(_all(attribute, holder)) if whole else holder.get(attribute, [])
        states = [item["state"] for item in inside]
        if states and holder["state"] not in may_be(states):
            return f"{holder['state']} is none of {may_be(states)}"
        if "rejected" in states and set(states) != {"rejected"}:
            return "some items are rejected and others are not"
    return ""


def _all(attribute: str, holder: Json) -> Iterator[Any]:
    for item in holder.get(attribute) or ():
        yield item
        yield from _all(attribute, item)
