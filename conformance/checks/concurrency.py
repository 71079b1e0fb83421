"""Two clients at once (R-112, R-210, R-103)."""

import asyncio
from typing import Any

from conformance.check import check
from conformance.checks.etags import strong_tag
from conformance.outcomes import applies, demand, require
from conformance.resource import MERGE
from conformance.trial import Trial
from tmf_apis.spec.types import Kind

_WRITERS = 8
_ROUNDS = 4


@check(
    "R-103",
    title="Records created at the same time have ids of their own",
    needs=("create", "retrieve"),
)
async def creations_do_not_collide(trial: Trial) -> None:
    bodies = [await trial.minimal() for _ in range(_WRITERS)]
    answers = await asyncio.gather(*(trial.post(body) for body in bodies))
    require(all(a.status == 201 for a in answers), "not all of them were created")
    ids = {str(a.entity.get("id")) for a in answers}
    demand(len(ids) == _WRITERS, f"{_WRITERS} ids", len(ids))
    seen = await asyncio.gather(*(trial.get(record) for record in ids))
    demand(all(a.status == 200 for a in seen), "all of them stored", [a.status for a in seen])


@check(
    "R-112",
    title="Of writers that saw the same state one is served",
    needs=("create", "patch", "retrieve"),
    alone=True,
)
async def one_writer_wins(trial: Trial) -> None:
    name = trial.patchable(Kind.TEXT)
    record = await trial.make(**{name: "kit before"})
    headers = {"If-Match": strong_tag(await trial.get(record["id"]))}
    answers = await asyncio.gather(
        *(
            trial.patch(record["id"], {name: f"kit {number}"}, MERGE, headers=headers)
            for number in range(_WRITERS)
        )
    )
    served = [a for a in answers if a.ok]
    demand(len(served) == 1, "one 200, the others 412", [a.status for a in answers])
    seen = (await trial.look(record["id"])).get(name)
    demand(seen == served[0].entity.get(name), str(served[0].entity.get(name)), seen)


@check(
    "R-801",
    title="Patches of different attributes at the same time are all kept",
    needs=("create", "patch", "retrieve"),
)
async def no_patch_is_lost(trial: Trial) -> None:
    name = trial.patchable(Kind.TEXT)
    applies("validFor" in trial.spec.settable, "it has no second attribute to patch")
    applies("validFor" not in trial.spec.not_patchable, "validFor is not patchable")
    period = {"startDateTime": "2031-01-01T00:00:00Z", "endDateTime": "2032-01-01T00:00:00Z"}
    changes: list[dict[str, Any]] = [{name: "kit after"}, {"validFor": period}, {"kitExtra": "kit"}]
    # Whether two writers meet is a matter of luck.
    for _ in range(_ROUNDS):
        record = await trial.make(**{name: "kit before"})
        answers = await asyncio.gather(*(trial.patch(record["id"], change) for change in changes))
        # A server may ask the loser to come again, but what it confirmed must be there.
        seen = await trial.look(record["id"])
        for change, answer in list(zip(changes, answers, strict=True))[:2]:
            attribute = next(iter(change))
            lost = answer.ok and seen.get(attribute) in (None, "kit before")
            demand(not lost, f"{attribute} as it was confirmed", seen.get(attribute))


@check(
    "R-815",
    title="Of two that delete one record at once, one is told so",
    needs=("create", "delete"),
)
async def one_deletion_wins(trial: Trial) -> None:
    record = await trial.make()
    answers = await asyncio.gather(*(trial.delete(record["id"]) for _ in range(3)))
    statuses = sorted(a.status for a in answers)
    served = statuses.count(204)
    # What is deleted later is still there for the others.
    one = served == 1 or (not served and 202 in statuses)
    fine = one and set(statuses) <= {202, 204, 404, 409, 410, 412}
    demand(fine, "204, 404, 404", statuses)
