"""The flow of an order done a step at a time, in process, so that anything can come in between."""

from dataclasses import dataclass, field, fields
from datetime import datetime
from pathlib import Path
from typing import Any, Self

import orjson

from handlers.app import collections_of
from handlers.flow.activation import Activation
from handlers.flow.amending import Amending
from handlers.flow.building import works_of
from handlers.flow.deeds import Deeds
from handlers.flow.reach import Reach, put, reach_of
from handlers.flow.records import FlowRecord
from handlers.flow.running import Flow
from handlers.loading import Batch
from handlers.reading import Line
from handlers.service import Service
from handlers.services import services
from handlers.tasks import amending, cancelling
from handlers.tasks.holding import Watch
from handlers.tasks.performers import Work
from handlers.tasks.task import Failed, Later, Stopped, Task
from persistence.errors import Missing
from persistence.store import Scope, Store
from tests.handlers.facts import SAMPLES
from tests.handlers.flow.conftest import NEEDED
from tests.handlers.serving import STORE, store_in, store_of
from tmf_apis.catalog import choose
from tmf_apis.flow.mapping import read_mapping
from tmf_apis.settings import Settings

Json = dict[str, Any]

#: Looks at one piece of work in which it is over.
PATIENCE = 200
POOL = ("res-ip-198-51-100-12", "res-ip-198-51-100-13")


class Paused(BaseException):
    """The order is left where it is: its holder ended."""


@dataclass
class Stepwise(Flow):
    """Does one step at a time, and ends after so many.

    With `sudden` the last one is done and nobody writes that down.
    """

    left: int = 10_000
    sudden: bool = False
    done: list[str] = field(default_factory=list)

    def _ready(self, record: FlowRecord) -> list[Json]:
        if not self.left:
            raise Paused
        return super()._ready(record)[:1]

    async def _done(self, order: Json, record: FlowRecord, step: Json) -> tuple[str, Json]:
        change = await super()._done(order, record, step)
        self.done.append(step["id"])
        self.left -= 1
        if self.sudden and not self.left:
            raise Paused
        return change


@dataclass
class Office:
    """The services of a server without the server: whoever asks does the work."""

    store: Store
    served: list[Service]
    flow: Stepwise
    begun: int = 0
    #: The newest record of each collection and the last event before the last order.
    since: dict[str, int] = field(default_factory=dict)
    told: int = 0

    @classmethod
    async def opened(
        cls, folder: Path, kind: str = STORE, *, empty: bool = True, **settings: Any
    ) -> Self:
        """An office on a store of its own, with the sample catalogue if that is empty."""
        catalog = choose(amendments=True)
        chosen = Settings(store=store_in(folder, kind), flow=True, sample_data=False, **settings)
        store = store_of(chosen.store)
        served = services(catalog.apis, store, chosen)
        await store.open(collections_of(catalog, chosen, store))
        reach = reach_of(served)
        assert reach is not None
        office = cls(store, served, Stepwise(reach, read_mapping(), Deeds(Activation())))
        for api, names in NEEDED.items() if empty else ():
            for name in names:
                await office._load(api, name)
        return office

    @property
    def reach(self) -> Reach:
        return self.flow.reach

    async def _load(self, api: str, name: str) -> None:
        number, _, major = api.partition("-")
        service = self.service(number, name, major)
        documents = orjson.loads((SAMPLES / api / f"{name}.json").read_bytes())
        lines = [Line(number, orjson.dumps(each)) for number, each in enumerate(documents, 1)]
        await self.store.load(service.collection, Batch(service, lambda: lines), Scope())

    def service(self, number: str, name: str, major: str = "v5") -> Service:
        return next(
            one
            for one in self.served
            if (one.api.number, one.spec.name, one.api.major) == (number, name, major)
        )

    async def order(self, body: Json, *, after: bool = False) -> str:
        """The id of a new order; with `after` it is about what the last one made."""
        self.begun += 1
        if not after:
            await self._forget()
        id = str(body.get("id") or f"order-{self.begun}")
        made = {"id": id, "state": "acknowledged", "creationDate": self.reach.orders.now()}
        items = [item | {"state": "acknowledged"} for item in body["productOrderItem"]]
        await put(self.reach.orders, body | made | {"productOrderItem": items})
        return id

    async def _forget(self) -> None:
        """Look at nothing that was there before."""
        await self.store.settle()
        self.told = await self.store.last_event()
        for service in (getattr(self.reach, one.name) for one in fields(Reach)):
            self.since[service.collection.name] = await self.store.newest(service.collection)

    async def ask(self, name: str, order: str, **more: Any) -> str:
        """The id of a new task, `cancelProductOrder` or `amendProductOrder`."""
        self.begun += 1
        id = f"{name}-{self.begun}"
        reference = {"@type": "ProductOrderRef", "id": order}
        body = {"@type": name[0].upper() + name[1:], "id": id, "state": "acknowledged"}
        await put(self.service("TMF622", name), body | {"productOrder": reference} | more)
        return id

    def at(self, moment: str) -> None:
        """Have it be a moment, until another is told."""
        for service in self.served:
            object.__setattr__(service, "clock", lambda: datetime.fromisoformat(moment))

    async def bill(self, account: str) -> Json:
        """The task of a bill for an account, when it is over."""
        self.begun += 1
        service, id = self.service("TMF678", "customerBillOnDemand"), f"bill-{self.begun}"
        reference = {"@type": "BillingAccountRef", "id": account}
        body = {"@type": "CustomerBillOnDemand", "id": id, "state": "inProgress"}
        await put(service, body | {"billingAccount": reference})
        await self._work(service, works_of(self.flow)[service.collection.name], id)
        return await self.read(service, id)

    async def pool(self) -> list[Json]:
        """The addresses of the sample data, which are taken again and again."""
        return [await self.read(self.reach.resources, id) for id in POOL]

    async def read(self, service: Service, id: str) -> Json:
        """A document as it is. Raises `Missing`."""
        record = await self.store.get(service.collection, id, Scope())
        return dict(orjson.loads(record.body))

    async def carry_on(self, order: str, steps: int, *, sudden: bool = False) -> bool:
        """Do so many steps of an order; whether it went on after them."""
        self.flow.left, self.flow.sudden = steps, sudden
        try:
            await self._work(self.reach.orders, self._orders, order)
        except Paused:
            return True
        finally:
            self.flow.left, self.flow.sudden = 10_000, False
        return False

    async def look_at(self, task: str) -> bool:
        """Whether a task is over after one look at it."""
        return await self._work(*self._of(task), task)

    async def settle(self, order: str, *tasks: str) -> None:
        """Have an order and tasks carried out until nothing is left to do, in turns."""
        for _ in range(PATIENCE):
            over = [await self.look_at(task) for task in tasks]
            over.append(await self._work(self.reach.orders, self._orders, order))
            if all(over):
                return
        raise AssertionError(f"{order} and {tasks} are not over")

    @property
    def _orders(self) -> Work:
        return Work(self.flow.perform, self.flow.waiting)

    def _of(self, task: str) -> tuple[Service, Work]:
        name = task.partition("-")[0]
        works = {
            "amendProductOrder": Work(amending.performer(Amending(self.flow).following)),
            "cancelProductOrder": Work(cancelling.perform),
        }
        return self.service("TMF622", name), works[name]

    async def _work(self, service: Service, work: Work, id: str) -> bool:
        """Whether a piece of work is over after a look at it, as a worker would have it."""
        holding = await Watch().take(self.store, f"{service.collection.name}/{id}", "test")
        assert holding is not None
        try:
            document = await self.read(service, id)
            if document["state"] not in work.waiting(service):
                return True
            task = Task(service, document, holding)
            await work.perform(task)
            return document["state"] not in ("acknowledged", "inProgress") or service.rules.task
        except Later:
            return False
        except (Missing, Stopped):
            return True
        except Failed as failed:
            await task.move("terminatedWithError", reason=str(failed))
            return True
        finally:
            await holding.release()
