"""Orders and their items agree, whichever of them is moved (L-622-R)."""

from collections.abc import Sequence
from typing import Any

from conformance.check import check
from conformance.item_orders import item_rules, two_items
from conformance.lifecycles import machine_of
from conformance.outcomes import applies, demand, require
from conformance.rollup import disagreement
from conformance.trial import Trial

Json = dict[str, Any]
#: Why nothing can be told of an order; `orders.order_has_a_state` judges that.
_STATELESS = "the order has no state"


@check(
    "L-622-R3",
    title="All items completed: the order is completed",
    needs=("create", "patch", "retrieve"),
)
async def all_completed(trial: Trial) -> None:
    await _rolled(trial, ("completed", "completed"), "completed", "L-622-R3")


@check(
    "L-622-R4",
    title="All items failed: the order is failed; some completed: partial",
    needs=("create", "patch", "retrieve"),
)
async def some_failed(trial: Trial) -> None:
    await _rolled(trial, ("failed", "failed"), "failed", "L-622-R4")
    await _rolled(trial, ("completed", "failed"), "partial", "L-622-R4")


@check(
    "L-622-R2",
    title="The order is in progress while an item is",
    needs=("create", "patch", "retrieve"),
)
async def one_in_progress(trial: Trial) -> None:
    await _rolled(trial, ("completed", "inProgress"), "inProgress", "L-622-R2")


@check(
    "L-622-R1",
    title="An order is not rejected in part",
    needs=("create", "patch", "retrieve"),
)
async def rejection_is_whole(trial: Trial) -> None:
    rules, record = await two_items(trial)
    items = record[rules.attribute]
    items[0]["state"] = "rejected"
    answer = await trial.patch(record["id"], {rules.attribute: items})
    if not answer.ok:
        demand(answer.status in (400, 409, 422), "409", answer)
        return
    seen = await trial.look(record["id"])
    require(seen.get("state") is not None, _STATELESS)
    states = {i.get("state") for i in seen.get(rules.attribute, [])}
    whole = states == {"rejected"} and seen.get("state") == "rejected"
    demand(
        whole or "rejected" not in states, "all items rejected, or none", sorted(map(str, states))
    )


@check(
    "L-622-R7",
    title="Moving the order moves its items along",
    needs=("create", "patch", "retrieve"),
)
async def items_follow_the_order(trial: Trial) -> None:
    rules, record = await two_items(trial)
    answer = await trial.patch(record["id"], {"state": "inProgress"})
    require(answer.ok, f"the order did not move: {answer}")
    seen = await trial.look(record["id"])
    require(seen.get("state") == "inProgress", "the server moved it on")
    states = [i.get("state") for i in seen.get(rules.attribute, [])]
    demand(set(states) == {"inProgress"}, "both items inProgress", states)


@check(
    "L-622-R",
    "R-622-07",
    "L-622-R1",
    "L-622-R2",
    "L-622-R3",
    "L-622-R4",
    "L-622-R5",
    "L-622-R6",
    "R-641-06",
    title="Wherever an order is moved to, its items agree with it",
    needs=("create", "patch", "retrieve"),
)
async def items_agree_in_every_state(trial: Trial) -> None:
    item_rules(trial)
    machine = machine_of(trial.api.number, trial.api.major, trial.spec.name)
    applies(machine, "no state machine is known of it")
    assert machine is not None
    for way in machine.ways():
        _, record = await two_items(trial)
        moves = [await trial.patch(record["id"], {"state": state}) for state in way[1:]]
        if all(move.ok for move in moves):
            await _agrees(trial, record, f"after {' and '.join(way[1:]) or 'its creation'}")


@check(
    "L-622-R5",
    title="All items cancelled: the order is cancelled; some completed: partial",
    needs=("create", "patch", "retrieve"),
)
async def some_cancelled(trial: Trial) -> None:
    by_way_of = ("completed", "pending")
    await _rolled(trial, ("completed", "cancelled"), "partial", "L-622-R5", by_way_of)


@check(
    "L-622-R6",
    title="The order is held or pending while its items wait",
    needs=("create", "patch", "retrieve"),
)
async def some_wait(trial: Trial) -> None:
    await _rolled(trial, ("held", "held"), "held", "L-622-R6")
    await _rolled(trial, ("pending", "pending"), "pending", "L-622-R6")


@check(
    "L-622-I",
    "L-641",
    title="An item is moved as its order may be, and not otherwise",
    needs=("create", "patch", "retrieve"),
)
async def items_move_as_orders_do(trial: Trial) -> None:
    rules, record = await two_items(trial)
    items = [item | {"state": "completed"} for item in record[rules.attribute]]
    answer = await trial.patch(record["id"], {rules.attribute: items})
    seen = await trial.look(record["id"])
    states = [item.get("state") for item in seen.get(rules.attribute, [])]
    expected = "409 for items that are acknowledged, and then completed"
    demand(answer.status in (400, 409, 422), expected, answer)
    demand("completed" not in states, "items as they were", states)


def _of(rule: str) -> tuple[str, ...]:
    """A rule of the roll-up, and the two that it is a part of."""
    return rule, "L-622-R", "R-622-07"


async def _agrees(trial: Trial, record: Json, when: str) -> None:
    """See that an order and its items agree, at the latest when patience ends."""

    def states(seen: Json) -> tuple[str, Sequence[str]]:
        items = seen.get(item_rules(trial).attribute)
        found = [item.get("state") for item in items or [] if isinstance(item, dict)]
        return str(seen.get("state")), [state for state in found if isinstance(state, str)]

    seen = await trial.watch(record["id"], lambda now: not disagreement(*states(now)))
    require(seen.get("state") is not None, _STATELESS)
    order, items = states(seen)
    if broken := disagreement(order, items):
        rule, wanted = broken
        more = ("R-641-06",) if rule == "L-622-R1" else ()
        got = f"order {order}, items {', '.join(items)}"
        demand(False, f"{wanted}, {when}", got, *_of(rule), *more)


async def _rolled(
    trial: Trial, states: tuple[str, str], wanted: str, rule: str, *first: tuple[str, str]
) -> None:
    """Two items under way reach their states, by way of others if need be; the order follows."""
    rules, record = await two_items(trial)
    moved = await trial.patch(record["id"], {"state": "inProgress"})
    require(moved.ok, f"could not start the order: {moved}")
    for step in (*first, states):
        items = (await trial.look(record["id"]))[rules.attribute]
        for item, state in zip(items, step, strict=True):
            item["state"] = state
        answer = await trial.patch(record["id"], {rules.attribute: items})
        require(answer.ok, f"could not move the items: {answer}")
    seen = (await trial.look(record["id"])).get("state")
    require(seen is not None, _STATELESS)
    demand(seen == wanted, f"state {wanted} with items {' and '.join(states)}", seen, rule)
