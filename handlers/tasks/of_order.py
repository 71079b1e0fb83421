"""The order that a task is about, to cancel it or to amend it."""

import orjson

from handlers.service import Service
from handlers.tasks.task import Failed, Json, Task
from persistence.errors import Missing
from persistence.store import Scope
from tmf_apis.rules.base import ItemRules
from tmf_apis.tmf630.errors import NOT_FOUND, TmfError


async def meant(service: Service, document: Json) -> Json:
    """The order that a new task names. Raises `TmfError` (404) where there is none."""
    name, id = service.rules.target, id_in(service, document)
    try:
        return await _read(service.siblings[name], id)
    except Missing as error:
        raise TmfError(NOT_FOUND, f"/{name}/id: there is no {name} {id}.") from error


async def order_of(task: Task) -> Json:
    """The order of a task, as it is now. Raises `Failed` where it is gone."""
    try:
        return await _read(task.target, order_id(task))
    except Missing as error:
        raise Failed("the order is gone") from error


async def _read(orders: Service, id: str) -> Json:
    order: Json = orjson.loads((await orders.store.get(orders.collection, id, Scope())).body)
    return order


def order_id(task: Task) -> str:
    """The id of the order that a task is about."""
    return id_in(task.service, task.document)


def id_in(service: Service, document: Json) -> str:
    """The id of the order that the document of a task names; empty for none."""
    return str((document.get(service.rules.target) or {}).get("id", ""))


def items_of(task: Task) -> ItemRules:
    """What holds for the items of the order."""
    items = task.target.rules.items
    assert items is not None, "such a task is about an order"
    return items
