"""Orders and their items (R-622-*, R-641-*, L-622-R)."""

from copy import deepcopy
from typing import Any

from conformance.check import check
from conformance.outcomes import applies, demand, require
from conformance.trial import Trial
from tmf_apis.rules.base import ItemRules

Json = dict[str, Any]
_REFUSED = (400, 422)


@check("R-622-01", "R-641-01", title="An order without items is refused", needs=("create",))
async def items_are_demanded(trial: Trial) -> None:
    rules = _rules(trial)
    nothing: tuple[Any, ...] = ([], None)
    for items in nothing:
        body = await trial.minimal() | {rules.attribute: items}
        answer = await trial.post(body)
        demand(
            answer.status in _REFUSED, f"400 for {rules.attribute}: {items}", answer, _own(trial)
        )


@check("R-622-01", "R-641-01", title="Items without id or action are refused", needs=("create",))
async def items_are_whole(trial: Trial) -> None:
    rules = _rules(trial)
    for name in ("id", "action"):
        body, item = await _one(trial)
        item.pop(name, None)
        answer = await trial.post(body)
        expected = f"400 for an item without {name}"
        demand(answer.status in _REFUSED, expected, answer, _own(trial))
    assert rules


@check("R-622-01", "R-641-01", title="Two items with one id are refused", needs=("create",))
async def item_ids_are_unique(trial: Trial) -> None:
    body, item = await _one(trial)
    body[_rules(trial).attribute] = [item, deepcopy(item)]
    answer = await trial.post(body)
    demand(answer.status in _REFUSED, "400 for two items with one id", answer, _own(trial))


@check("R-622-01", "R-641-01", title="An unknown action is refused", needs=("create",))
async def actions_are_closed(trial: Trial) -> None:
    body, item = await _one(trial)
    item["action"] = "kitNoSuchAction"
    answer = await trial.post(body)
    demand(answer.status in _REFUSED, "400 for action kitNoSuchAction", answer, _own(trial))


@check(
    "R-622-02",
    "R-641-03",
    "R-622-04",
    title="An item that changes something says what it changes",
    needs=("create", "retrieve"),
)
async def existing_things_are_named(trial: Trial) -> None:
    rules = _rules(trial)
    for action in sorted(rules.actions_on_existing):
        body, item = await _one(trial)
        item["action"] = action
        if isinstance(item.get(rules.entity), dict):
            item[rules.entity].pop("id", None)
            item[rules.entity].pop("href", None)
        answer = await trial.post(body)
        rejected = answer.status == 201 and await _is_rejected(trial, answer.entity)
        rule = "R-622-02" if trial.api.number == "TMF622" else "R-641-03"
        fine = answer.status in (*_REFUSED, 409) or rejected
        demand(fine, f"400 for {action} without {rules.entity}.id", answer, rule)


@check(
    "R-622-03", "R-641-02", title="An item that adds something says what it adds", needs=("create",)
)
async def added_things_are_described(trial: Trial) -> None:
    rules = _rules(trial)
    body, item = await _one(trial)
    for name in ("productOffering", rules.entity):
        item.pop(name, None)
    answer = await trial.post(body)
    rejected = answer.entity.get("state") == "rejected"
    applies(not answer.ok or rejected, "the server does not look at it")
    demand(rejected or answer.status in (*_REFUSED, 409), "400", answer)


@check("R-622-05", "R-641-05", title="Every item has the state of a new order", needs=("create",))
async def items_have_a_state(trial: Trial) -> None:
    rules = _rules(trial)
    body, item = await _one(trial)
    item.pop("state", None)
    record = await trial.make(body)
    require(record.get("state"), "the order has no state")
    states = [i.get("state") for i in record.get(rules.attribute, [])]
    rule = "R-622-05" if trial.api.number == "TMF622" else "R-641-05"
    demand(all(states), "a state of each item", states, rule)


@check(
    "R-622-05", "R-641-05", title="A new order says when it was made", needs=("create", "retrieve")
)
async def order_is_dated(trial: Trial) -> None:
    _rules(trial)
    name = "orderDate" if "orderDate" in trial.attributes else "creationDate"
    made = (await trial.look((await trial.make())["id"])).get(name)
    demand(made, name, made, "R-622-05" if trial.api.number == "TMF622" else "R-641-05")


@check("R-622-05", title="quantity of an item is 1 if it is not given", needs=("create",))
async def quantity_is_one(trial: Trial) -> None:
    rules = _rules(trial)
    applies("quantity" in rules.defaults, "its items have no quantity")
    body, item = await _one(trial)
    item.pop("quantity", None)
    record = await trial.make(body)
    got = [i.get("quantity") for i in record.get(rules.attribute, [])]
    demand(got == [1], "quantity 1", got)


@check(
    "R-622-06",
    title="requestedInitialState draft gives a draft, which can be submitted",
    needs=("create", "patch", "retrieve"),
)
async def drafts_are_submitted(trial: Trial) -> None:
    applies(trial.rules.initial_from, "the client does not choose the first state")
    record = await trial.make(**{str(trial.rules.initial_from): "draft"})
    demand(record.get("state") == "draft", "state draft", record.get("state"))
    answer = await trial.patch(record["id"], {"state": "acknowledged"})
    demand(answer.ok, "200 for its submission", answer)


@check(
    "R-622-12", title="A relation to an item that is not in the order is refused", needs=("create",)
)
async def relations_lead_to_items(trial: Trial) -> None:
    rules = _rules(trial)
    body, item = await _one(trial)
    typed = {"@type": "OrderItemRelationship"} if trial.spec.typed else {}
    item[rules.relation] = [{"id": "kit-none", "relationshipType": "requires", **typed}]
    answer = await trial.post(body)
    applies(not answer.ok, "the server does not look at it")
    demand(answer.status in _REFUSED, "400", answer)


@check("R-641-10", "R-622-12", title="An item may hold items", needs=("create", "retrieve"))
async def items_nest(trial: Trial) -> None:
    rules = _rules(trial)
    body, item = await _one(trial)
    inner = deepcopy(item) | {"id": "1.1"}
    item[rules.attribute] = [inner]
    declared = trial.spec.attributes.find([rules.attribute, rules.attribute])
    applies(declared, "the file lets items hold none")
    record = await trial.make(body)
    got = record.get(rules.attribute, [{}])[0].get(rules.attribute, [{}])[0].get("id")
    rule = "R-622-12" if trial.api.number == "TMF622" else "R-641-10"
    demand(got == "1.1", "the item in the item", got, rule)


@check("R-641-04", title="modifyPath of an item that modifies is stored", needs=("create",))
async def modify_path_is_stored(trial: Trial) -> None:
    rules = _rules(trial)
    declared = trial.spec.attributes.find([rules.attribute, "modifyPath"])
    applies(declared, "its items have no modifyPath")
    body, item = await _one(trial)
    item["action"] = "modify"
    item[rules.entity] = {**item.get(rules.entity, {}), "id": "kit-1"}
    item["modifyPath"] = [
        {"op": "replace", "path": "/state", "value": "inactive", "@type": "JsonPatch"}
    ]
    answer = await trial.post(body)
    applies(answer.ok, "modifyPath is not offered")
    got = answer.entity.get(rules.attribute, [{}])[0].get("modifyPath")
    demand(got, "modifyPath", got)


@check(
    "L-622-R3",
    "L-622-R",
    "R-622-07",
    title="All items completed: the order is completed",
    needs=("create", "patch", "retrieve"),
)
async def all_completed(trial: Trial) -> None:
    await _rolled(trial, ("completed", "completed"), {"completed"}, "L-622-R3")


@check(
    "L-622-R4",
    title="All items failed: the order is failed; some completed: partial",
    needs=("create", "patch", "retrieve"),
)
async def some_failed(trial: Trial) -> None:
    await _rolled(trial, ("failed", "failed"), {"failed"}, "L-622-R4")
    await _rolled(trial, ("completed", "failed"), {"partial"}, "L-622-R4")


@check(
    "L-622-R2",
    title="The order is in progress while an item is",
    needs=("create", "patch", "retrieve"),
)
async def one_in_progress(trial: Trial) -> None:
    await _rolled(trial, ("completed", "inProgress"), {"inProgress"}, "L-622-R2")


@check(
    "L-622-R1",
    "L-622-I",
    title="An order is not rejected in part",
    needs=("create", "patch", "retrieve"),
)
async def rejection_is_whole(trial: Trial) -> None:
    rules, record = await _two(trial)
    items = record[rules.attribute]
    items[0]["state"] = "rejected"
    answer = await trial.patch(record["id"], {rules.attribute: items})
    if not answer.ok:
        demand(answer.status in (400, 409, 422), "409", answer)
        return
    seen = await trial.look(record["id"])
    states = {i.get("state") for i in seen.get(rules.attribute, [])}
    whole = states == {"rejected"} and seen.get("state") == "rejected"
    demand(
        whole or "rejected" not in states, "all items rejected, or none", sorted(map(str, states))
    )


@check(
    "L-622-R7",
    "L-622-R5",
    "L-622-R6",
    "L-622-I",
    title="Moving the order moves its items along",
    needs=("create", "patch", "retrieve"),
)
async def items_follow_the_order(trial: Trial) -> None:
    rules, record = await _two(trial)
    answer = await trial.patch(record["id"], {"state": "inProgress"})
    require(answer.ok, f"the order did not move: {answer}")
    seen = await trial.look(record["id"])
    require(seen.get("state") == "inProgress", "the server moved it on")
    states = [i.get("state") for i in seen.get(rules.attribute, [])]
    demand(set(states) == {"inProgress"}, "both items inProgress", states)


@check(
    "R-622-14",
    title="An order in a final state is changed no more, but for notes",
    needs=("create", "patch", "retrieve"),
)
async def final_orders_stay(trial: Trial) -> None:
    applies(trial.api.number == "TMF622" and trial.rules.items, "it is no product order")
    record = await trial.make()
    for state in ("inProgress", "completed"):
        moved = await trial.patch(record["id"], {"state": state})
        require(moved.ok, f"could not lead it to {state}: {moved}")
    answer = await trial.patch(record["id"], {"description": "kit after the end"})
    demand(answer.status in (409, 400, 422), "409", answer)


async def _is_rejected(trial: Trial, order: Json) -> bool:
    """Whether an order that was taken is rejected in the end (R-622-04)."""
    seen = await trial.watch(str(order.get("id")), lambda now: now.get("state") == "rejected")
    return seen.get("state") == "rejected"


async def _rolled(trial: Trial, states: tuple[str, str], wanted: set[str], rule: str) -> None:
    """Two items under way reach their states; the order follows."""
    rules, record = await _two(trial)
    moved = await trial.patch(record["id"], {"state": "inProgress"})
    require(moved.ok, f"could not start the order: {moved}")
    items = (await trial.look(record["id"]))[rules.attribute]
    for item, state in zip(items, states, strict=True):
        item["state"] = state
    answer = await trial.patch(record["id"], {rules.attribute: items})
    require(answer.ok, f"could not move the items: {answer}")
    seen = (await trial.look(record["id"])).get("state")
    demand(
        seen in wanted, f"state {' or '.join(wanted)} with items {' and '.join(states)}", seen, rule
    )


async def _two(trial: Trial) -> tuple[ItemRules, Json]:
    """An order with two items."""
    rules = _rules(trial)
    body, item = await _one(trial)
    body[rules.attribute] = [item, {**deepcopy(item), "id": "2"}]
    record = await trial.make(body)
    require(len(record.get(rules.attribute, [])) == 2, "the order does not hold its items")
    return rules, record


async def _one(trial: Trial) -> tuple[Json, Json]:
    """A body for an order, and its first item."""
    rules = _rules(trial)
    body = await trial.minimal()
    item: Json = body[rules.attribute][0]
    return body, item


def _rules(trial: Trial) -> ItemRules:
    applies(trial.rules.items, "it is no order")
    assert trial.rules.items is not None
    return trial.rules.items


def _own(trial: Trial) -> str:
    return "R-622-01" if trial.api.number == "TMF622" else "R-641-01"
