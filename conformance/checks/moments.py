"""Date-times and periods as clients may write them (R-1201, R-1203)."""

from conformance.check import check
from conformance.outcomes import applies, demand, require
from conformance.placing import kind_at, with_value
from conformance.shapes import leaves
from conformance.trial import Trial
from tmf_apis.spec.types import Kind

#: Spellings that RFC 3339 has beside the one that the kit uses otherwise.
_SPELLINGS = ("2031-01-01T12:30:00+02:00", "2031-01-01T07:00:00.5-03:30", "2031-01-01T10:30:00.25Z")


@check("R-1201", title="A date-time may have an offset and fractions of a second",
       needs=("create",))  # fmt: skip
async def every_spelling_is_taken(trial: Trial) -> None:
    body = await trial.full()
    path = next((p for p, v in leaves(body) if v and kind_at(trial, p) is Kind.INSTANT), None)
    applies(path, "it has no date-time that clients set")
    for spelling in _SPELLINGS:
        plain = await trial.post(with_value(await trial.full(), str(path), "2031-01-01T10:30:00Z"))
        require(plain.status in (201, 202), f"a full body is refused as well: {plain}")
        answer = await trial.post(with_value(await trial.full(), str(path), spelling))
        demand(answer.status in (201, 202), f"201 for {path}: {spelling}", answer)


@check("R-1203", title="Either end of a period may be left open", needs=("create",))
async def periods_may_be_open(trial: Trial) -> None:
    applies("validFor" in trial.spec.settable, "it has no validFor")
    whole = {"startDateTime": "2031-01-01T00:00:00Z", "endDateTime": "2032-01-01T00:00:00Z"}
    closed = await trial.post(await trial.minimal(validFor=whole))
    require(closed.status in (201, 202), f"a whole period is refused as well: {closed}")
    for name, moment in whole.items():
        answer = await trial.post(await trial.minimal(validFor={name: moment}))
        demand(answer.status in (201, 202), f"201 for a validFor with {name} alone", answer)
