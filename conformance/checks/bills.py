"""Bills and bills on demand (R-678-*, L-678-*)."""

from typing import Any

from conformance.check import check
from conformance.checks.tasks import FINAL, ended
from conformance.outcomes import Skipped, applies, demand
from conformance.trial import Trial

Json = dict[str, Any]


@check(
    "R-678-05",
    "L-678-D",
    title="A bill on demand is done with a reference to the new bill",
    needs=("create", "retrieve"),
)
async def demand_gives_a_bill(trial: Trial) -> None:
    bill = await _new_bill(trial)
    demand(bill.get("runType") == "offCycle", "runType offCycle", bill.get("runType"), "R-678-05")


@check(
    "R-678-05",
    title="A new bill on demand is in progress, and says when it was updated",
    needs=("create",),
)
async def demand_is_stamped(trial: Trial) -> None:
    applies(trial.spec.name == "customerBillOnDemand", "it is no bill on demand")
    record = await trial.make()
    demand(record.get("lastUpdate"), "lastUpdate", record.get("lastUpdate"))


@check("R-678-02", title="A bill keeps what only its provider sets", needs=("create", "retrieve"))
async def bills_are_kept(trial: Trial) -> None:
    bill = await _new_bill(trial)
    bills = trial.of("customerBill")
    answer = await bills.patch(bill["id"], {"billNo": "kit-forged"})
    demand(answer.ok or answer.status in (400, 409, 422), "200 or 400", answer)
    got = (await bills.look(bill["id"])).get("billNo")
    demand(got != "kit-forged", "billNo as before", got)


@check(
    "R-678-02",
    "R-678-03",
    "L-678-B",
    title="The state of a bill may be patched",
    needs=("create", "retrieve"),
)
async def bills_move(trial: Trial) -> None:
    bill = await _new_bill(trial)
    bills = trial.of("customerBill")
    answer = await bills.patch(bill["id"], {"state": "onHold"})
    demand(answer.ok, "200", answer, "R-678-02")
    got = (await bills.look(bill["id"])).get("state")
    demand(got == "onHold", "state onHold", got, "R-678-03", "L-678-B")


@check(
    "R-678-06",
    title="A rate that is billed names its bill, another one its account",
    needs=("list",),
    profiles=("read-only",),
)
async def rates_name_their_bill(trial: Trial) -> None:
    applies("isBilled" in trial.attributes, "it is no billing rate")
    listed = await trial.list({"limit": "20"})
    if not listed.entities:
        raise Skipped("there is no rate to look at")
    for rate in listed.entities:
        name = "bill" if rate.get("isBilled") is True else "billingAccount"
        billed = rate.get("isBilled")
        demand(billed is None or rate.get(name), f"{name} of a rate with isBilled {billed}", rate)


async def _new_bill(trial: Trial) -> Json:
    """The bill that a task of the kit has brought about: the only one that it may touch."""
    applies(trial.spec.name == "customerBillOnDemand", "it is no bill on demand")
    seen = await ended(trial, await trial.make())
    demand(seen.get("state") in FINAL, "state done", seen.get("state"))
    applies(seen["state"] == "done", f"a bill on demand is {seen['state']}")
    reference = seen.get("customerBill")
    demand(isinstance(reference, dict) and reference.get("id"), "customerBill", reference)
    assert isinstance(reference, dict)
    return await trial.of("customerBill").look(reference["id"])
