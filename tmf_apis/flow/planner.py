"""What makes the steps of one order, and what it knows of the catalogue and the inventory. Pure.

A step is a plain object, for it is stored: `id`, `kind`, `item`, what it `needs`, and `about`, what
it makes. Ids of what is made follow from the order and the step, so that whoever does a step again
makes the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5

from tmf_apis.flow.expressions import ExpressionError
from tmf_apis.flow.mapping import Rules, mapped

Json = dict[str, Any]
#: Documents of the catalogue and the inventory by kind (`productOffering`, …) and id.
Documents = Mapping[tuple[str, str], Json]

OFFERING, PRICE, PRODUCT_SPEC = "productOffering", "productOfferingPrice", "productSpecification"
SERVICE_SPEC, PRODUCT, SERVICE = "serviceSpecification", "product", "service"
#: States of the life cycle in which nothing is made of a specification any more.
_OVER = frozenset({"obsolete", "rejected"})


class PlanError(ValueError):
    """An order of which no plan can be made; the text says why. `item` is the one at fault."""

    def __init__(self, item: str, why: str) -> None:
        super().__init__(f"item {item}: {why}")
        self.item = item


class Wanted(LookupError):
    """A document that the plan needs and was not given."""

    def __init__(self, kind: str, id: str) -> None:
        super().__init__(kind, id)
        self.kind, self.id = kind, id


@dataclass
class Planner:
    """Makes the steps of one order."""

    order: str
    #: The ids of the parties that the order names.
    parties: frozenset[str]
    documents: Documents
    rules: Rules
    steps: list[Json] = field(default_factory=list)
    #: By service specification: the steps that activate a service of it in this order.
    active: dict[str, list[str]] = field(default_factory=dict)

    def step(self, id: str, kind: str, item: str, needs: Sequence[str], **about: Any) -> str:
        """Have a step be done; gives its id."""
        self.steps.append(
            {"id": id, "kind": kind, "item": item, "needs": list(needs), "about": about}
        )
        return id

    def made(self, *names: str) -> str:
        """The id of something that the flow makes."""
        return id_of(self.order, *names)

    def mapped(self, item: str, product_spec: str, target: str, characteristics: Json) -> Json:
        """The characteristics of a service or resource from those of its product, by the ids of
        their specifications. Raises `PlanError`.
        """
        try:
            return mapped(self.rules, product_spec, target, characteristics)
        except ExpressionError as error:
            raise PlanError(item, f"the mapping of {product_spec} to {target}: {error}") from error

    def seen(self, kind: str, id: str) -> Json:
        """A document, empty where there is none. Raises `Wanted`."""
        try:
            return self.documents[kind, id]
        except KeyError:
            raise Wanted(kind, id) from None

    def read(self, kind: str, id: str, item: str) -> Json:
        """A document of the catalogue. Raises `Wanted` and `PlanError`."""
        found = self.seen(kind, id)
        if not found:
            raise PlanError(item, f"there is no {kind} {id}")
        if kind in (PRODUCT_SPEC, SERVICE_SPEC):
            state = str(found.get("lifecycleStatus", "")).casefold()
            if state in _OVER:
                raise PlanError(item, f"the {kind} {id} is {state}")
        return found


def id_of(*names: str) -> str:
    """The id of what is made for something; no other names, however cut, make the same."""
    return str(uuid5(NAMESPACE_URL, "/".join(quote(name, safe="") for name in names)))


def delivered(item: str) -> str:
    """The id of the step with which an item is done."""
    return f"{item}/finish"


def named(document: Json) -> Json:
    """The id, name and version by which a document is referred to; empty for none."""
    return {n: document[n] for n in ("id", "name", "version") if document.get(n) is not None}
