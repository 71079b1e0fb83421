"""Orders to be tried: bodies with one item or two, and what is known of their items."""

from copy import deepcopy
from typing import Any

from conformance.outcomes import applies, require
from conformance.trial import Trial
from tmf_apis.rules.base import ItemRules

Json = dict[str, Any]


async def two_items(trial: Trial) -> tuple[ItemRules, Json]:
    """An order with two items."""
    rules = item_rules(trial)
    body, item = await one_item(trial)
    body[rules.attribute] = [item, {**deepcopy(item), "id": "2"}]
    record = await trial.make(body)
    require(len(record.get(rules.attribute, [])) == 2, "the order does not hold its items")
    return rules, record


async def one_item(trial: Trial) -> tuple[Json, Json]:
    """A body for an order, and its first item."""
    rules = item_rules(trial)
    body = await trial.minimal()
    item: Json = body[rules.attribute][0]
    return body, item


def item_rules(trial: Trial) -> ItemRules:
    """What holds for the items of an order; leaves the check aside where it is none."""
    applies(trial.rules.items, "it is no order")
    assert trial.rules.items is not None
    return trial.rules.items
