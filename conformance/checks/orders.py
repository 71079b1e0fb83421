"""Orders and their items (R-622-*, R-641-*, L-622-R)."""

from copy import deepcopy
from typing import Any

from conformance.check import check
from conformance.expectations import ORDERS
from conformance.item_orders import item_rules, one_item
from conformance.outcomes import applies, demand, require
from conformance.rollup import FINAL
from conformance.trial import Trial

Json = dict[str, Any]
_REFUSED = (400, 422)


@check("R-622-01", "R-641-01", title="An order without items is refused", needs=("create",))
async def items_are_demanded(trial: Trial) -> None:
    rules = item_rules(trial)
    nothing: tuple[Any, ...] = ([], None)
    for items in nothing:
        body = await trial.minimal() | {rules.attribute: items}
        answer = await trial.post(body)
        demand(answer.status in _REFUSED, f"400 for {rules.attribute}: {items}", answer)


@check("R-622-01", "R-641-01", title="Items without id or action are refused", needs=("create",))
async def items_are_whole(trial: Trial) -> None:
    for name in ("id", "action"):
        body, item = await one_item(trial)
        item.pop(name, None)
        answer = await trial.post(body)
        demand(answer.status in _REFUSED, f"400 for an item without {name}", answer)


@check("R-622-01", "R-641-01", title="Two items with one id are refused", needs=("create",))
async def item_ids_are_unique(trial: Trial) -> None:
    body, item = await one_item(trial)
    body[item_rules(trial).attribute] = [item, deepcopy(item)]
    answer = await trial.post(body)
    demand(answer.status in _REFUSED, "400 for two items with one id", answer)


@check("R-622-01", "R-641-01", title="An unknown action is refused", needs=("create",))
async def actions_are_closed(trial: Trial) -> None:
    body, item = await one_item(trial)
    item["action"] = "kitNoSuchAction"
    answer = await trial.post(body)
    demand(answer.status in _REFUSED, "400 for action kitNoSuchAction", answer)


@check(
    "R-622-02",
    "R-641-03",
    "R-622-04",
    title="An item that changes something says what it changes",
    needs=("create", "retrieve"),
)
async def existing_things_are_named(trial: Trial) -> None:
    rules = item_rules(trial)
    for action in sorted(rules.actions_on_existing):
        body, item = await one_item(trial)
        item["action"] = action
        if isinstance(item.get(rules.entity), dict):
            item[rules.entity].pop("id", None)
            item[rules.entity].pop("href", None)
        answer = await trial.post(body)
        rejected = answer.status == 201 and await _is_rejected(trial, answer.entity)
        fine = answer.status in (*_REFUSED, 409) or rejected
        demand(fine, f"400 for {action} without {rules.entity}.id", answer)


@check(
    "R-622-03",
    "R-641-02",
    "R-641-03",
    title="An item that adds something says what it adds",
    needs=("create",),
)
async def added_things_are_described(trial: Trial) -> None:
    rules = item_rules(trial)
    body, item = await one_item(trial)
    for name in ("productOffering", rules.entity):
        item.pop(name, None)
    answer = await trial.post(body)
    rejected = answer.entity.get("state") == "rejected"
    applies(not answer.ok or rejected, "the server does not look at it")
    demand(rejected or answer.status in (*_REFUSED, 409), "400", answer)


@check("R-622-05", "R-641-05", title="An order says how it stands", needs=("create", "retrieve"))
async def order_has_a_state(trial: Trial) -> None:
    item_rules(trial)
    record = await trial.make()
    for seen in (record, await trial.look(record["id"])):
        demand(seen.get("state"), "a state of the order", seen.get("state"))


@check("R-622-05", "R-641-05", title="Every item has the state of a new order", needs=("create",))
async def items_have_a_state(trial: Trial) -> None:
    rules = item_rules(trial)
    body, item = await one_item(trial)
    item.pop("state", None)
    record = await trial.make(body)
    states = [i.get("state") for i in record.get(rules.attribute, [])]
    demand(all(states), "a state of each item", states)


@check(
    "R-622-05", "R-641-05", title="A new order says when it was made", needs=("create", "retrieve")
)
async def order_is_dated(trial: Trial) -> None:
    item_rules(trial)
    name = "orderDate" if "orderDate" in trial.attributes else "creationDate"
    made = (await trial.look((await trial.make())["id"])).get(name)
    demand(made, name, made)


@check("R-622-05", title="quantity of an item is 1 if it is not given", needs=("create",))
async def quantity_is_one(trial: Trial) -> None:
    rules = item_rules(trial)
    applies("quantity" in rules.defaults, "its items have no quantity")
    body, item = await one_item(trial)
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
    require(record.get("state"), "the order has no state")
    demand(record["state"] == "draft", "state draft", record.get("state"))
    answer = await trial.patch(record["id"], {"state": "acknowledged"})
    demand(answer.ok, "200 for its submission", answer)


@check(
    "R-622-12", title="A relation to an item that is not in the order is refused", needs=("create",)
)
async def relations_lead_to_items(trial: Trial) -> None:
    rules = item_rules(trial)
    body, item = await one_item(trial)
    typed = {"@type": "OrderItemRelationship"} if trial.spec.typed else {}
    item[rules.relation] = [{"id": "kit-none", "relationshipType": "requires", **typed}]
    answer = await trial.post(body)
    applies(not answer.ok, "the server does not look at it")
    demand(answer.status in _REFUSED, "400", answer)


@check("R-641-10", "R-622-12", title="An item may hold items", needs=("create", "retrieve"))
async def items_nest(trial: Trial) -> None:
    rules = item_rules(trial)
    body, item = await one_item(trial)
    inner = deepcopy(item) | {"id": "1.1"}
    item[rules.attribute] = [inner]
    declared = trial.spec.attributes.find([rules.attribute, rules.attribute])
    applies(declared, "the file lets items hold none")
    record = await trial.make(body)
    got = record.get(rules.attribute, [{}])[0].get(rules.attribute, [{}])[0].get("id")
    demand(got == "1.1", "the item in the item", got)


@check("R-641-04", title="modifyPath of an item that modifies is stored", needs=("create",))
async def modify_path_is_stored(trial: Trial) -> None:
    rules = item_rules(trial)
    declared = trial.spec.attributes.find([rules.attribute, "modifyPath"])
    applies(declared, "its items have no modifyPath")
    body, item = await one_item(trial)
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
    "L-622-O",
    "L-641",
    title="An order comes to its end by itself, where that is expected",
    needs=("create", "retrieve"),
)
async def order_ends(trial: Trial) -> None:
    item_rules(trial)
    applies(ORDERS in trial.options.expects, "it is not expected of the server (--expect orders)")
    patience, made = trial.options.task_patience, await trial.make()
    seen = await trial.watch(made["id"], lambda now: now.get("state") in FINAL, patience)
    expected = f"an order that is over after {patience:g} s"
    demand(seen.get("state") in FINAL, expected, f"state {seen.get('state')}")


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
