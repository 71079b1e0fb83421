"""Kinds of operation: what a path and a method of any TM Forum API are for."""

from collections.abc import Iterator
from typing import Any, NamedTuple

Node = dict[str, Any]

_COLLECTION = {"get": "list", "post": "create"}
_ITEM = {"get": "retrieve", "patch": "patch", "delete": "delete"}
_HUB = {
    ("get", False): "subscriptions",
    ("post", False): "subscribe",
    ("get", True): "subscription",
    ("delete", True): "unsubscribe",
}


class Operation(NamedTuple):
    """One operation of a document: what kind it is, what it works on, and its node."""

    kind: str
    resource: str
    node: Node


def operations(document: Node) -> Iterator[Operation]:
    """Every operation of a document, in its order.

    The kinds are list, create, retrieve, patch, delete; subscribe, subscriptions, subscription,
    unsubscribe for the hub; and notify for what a listener offers, whose resource is the event.
    Raises `KeyError` for a method that TM Forum APIs do not have (R-107).
    """
    for path, item in document["paths"].items():
        first, *rest = path.strip("/").split("/")
        on_item = path.endswith("}")
        for method, node in item.items():
            if first == "listener":
                yield Operation("notify", rest[0], node)
            elif first == "hub":
                yield Operation(_HUB[method, on_item], first, node)
            else:
                yield Operation((_ITEM if on_item else _COLLECTION)[method], first, node)
