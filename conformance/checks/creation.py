"""What POST answers, and what it refuses (R-701 to R-711)."""

from conformance.check import check
from conformance.outcomes import demand
from conformance.trial import Trial, require


@check(
    "R-701", "R-201",
    title="POST with the least that is valid answers 201 and one object",
    needs=("create",), profiles=("mandatory",),
)  # fmt: skip
async def minimal_body_is_created(trial: Trial) -> None:
    answer = await trial.post(await trial.minimal())
    demand(answer.status in (201, 202), "201", answer, "R-701")
    if answer.status == 201:
        demand(answer.entity, "the created entity as one object", answer, "R-701")


@check(
    "R-702", "R-103", title="The server gives a new record an id that is a text",
    needs=("create",), profiles=("mandatory",),
)  # fmt: skip
async def id_is_given(trial: Trial) -> None:
    answer = await trial.post(await trial.minimal())
    require(answer.status == 201, f"could not create: {answer}")
    given = answer.entity.get("id")
    demand(isinstance(given, str) and given, "an id that is a text", repr(given), "R-702")


@check(
    "R-710", title="A body that is no JSON is refused with 400",
    needs=("create",), profiles=("mandatory",),
)  # fmt: skip
async def no_json_is_refused(trial: Trial) -> None:
    answer = await trial.post(b"{no json")
    demand(answer.status in (400, 415, 422), "400", answer)
