"""Merge patches inside objects (R-801)."""

from conformance.check import check
from conformance.outcomes import applies, demand, require
from conformance.trial import Trial


@check(
    "R-801",
    title="null inside an object of a merge patch removes",
    needs=("create", "patch", "retrieve"),
)
async def inner_null_removes(trial: Trial) -> None:
    applies("validFor" in trial.spec.settable, "it has no attribute to try it on")
    applies("validFor" not in trial.spec.not_patchable, "validFor is not patchable")
    period = {"startDateTime": "2031-01-01T00:00:00Z", "endDateTime": "2032-01-01T00:00:00Z"}
    record = await trial.make(validFor=period)
    answer = await trial.patch(record["id"], {"validFor": {"endDateTime": None}})
    require(answer.ok, f"the patch was refused: {answer}")
    seen = (await trial.look(record["id"])).get("validFor") or {}
    demand(seen.get("endDateTime") is None, "no endDateTime", seen)
    demand(seen.get("startDateTime"), "startDateTime as before", seen)
