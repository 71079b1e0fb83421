"""Media types as clients write them (R-109)."""

from conformance.check import check
from conformance.outcomes import demand
from conformance.trial import Trial


@check("R-109", title="A media type is the same in upper case", needs=("create",))
async def media_types_have_no_case(trial: Trial) -> None:
    await trial.cohort()
    answer = await trial.post(await trial.minimal(), media="Application/JSON")
    demand(answer.status in (201, 202), "201 for Application/JSON (RFC 9110, 8.3.1)", answer)
