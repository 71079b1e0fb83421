"""customerBillOnDemand: a bill for an account, out of turn (L-678-D, R-678-04, R-678-05).

The writes, in order: rates that are due; those of `bill_making`; the task to `done` with its bill,
or to `rejected`; the plan away.
"""

from collections.abc import Awaitable, Callable

from handlers.tasks.bill_making import Made, biller_of
from handlers.tasks.plans import Plan
from handlers.tasks.task import Json, Task

#: Faults of rates that a task tells of, at most.
MOST = 5
#: Has the rates of an account be there that are due.
Raise = Callable[[str], Awaitable[None]]


async def _none_due(_account: str) -> None:
    """Where nothing is charged but what is loaded."""


async def perform(task: Task, raise_due: Raise = _none_due) -> None:
    """Bill the account that the task names."""
    account = (task.document.get("billingAccount") or {}).get("id")
    if not isinstance(account, str):
        await task.move("rejected", reason="billingAccount: name the account to bill by its id")
        return
    await raise_due(account)
    plan = Plan(task.service.store, task.name)
    made = await biller_of(task.service.siblings).make(plan, account, _bill(task))
    await _tell(task, account, made)
    await plan.drop()


async def _tell(task: Task, account: str, made: Made) -> None:
    faults = "; ".join(made.faults[:MOST])
    if made.largest is None:
        reason = f"there is nothing to bill on the account {account}"
        await task.move("rejected", reason=f"{reason}; {faults}" if faults else reason)
        return
    meta = {"@type": "CustomerBillRef"} if task.service.spec.typed else {}
    reference = {"id": made.largest, **meta, "@referredType": "CustomerBill"}
    told = {"reason": f"left out: {faults}"} if faults else {}
    await task.move("done", customerBill=reference, **told)


def _bill(task: Task) -> Json:
    """What a bill takes over from its task."""
    party = task.document.get("relatedParty")
    return {
        "@type": "CustomerBill",
        "state": "new",
        "runType": "offCycle",
        "category": "normal",
        "billingAccount": task.document["billingAccount"],
        **({"relatedParty": [party]} if party else {}),
    }
