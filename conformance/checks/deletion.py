"""DELETE of records (R-815, R-816)."""

from conformance.check import check
from conformance.outcomes import demand, require
from conformance.trial import Trial


@check(
    "R-815",
    "R-201",
    title="DELETE answers 204 without a body",
    needs=("create", "delete"),
    profiles=("mandatory",),
)
async def delete_answers_nothing(trial: Trial) -> None:
    record = await trial.make()
    answer = await trial.delete(record["id"])
    demand(answer.status in (204, 202), "204", answer)
    demand(not answer.content or answer.status == 202, "no body", answer)


@check(
    "R-815",
    title="A deleted record is gone: GET answers 404",
    needs=("create", "delete", "retrieve"),
    profiles=("mandatory",),
)
async def deleted_is_gone(trial: Trial) -> None:
    record = await trial.make()
    require((await trial.delete(record["id"])).status == 204, "the record was not deleted")
    answer = await trial.get(record["id"])
    demand(answer.status in (404, 410), "404", answer)


@check("R-815", title="A deleted record is in no list", needs=("create", "delete", "list"))
async def deleted_is_not_listed(trial: Trial) -> None:
    record = await trial.make()
    require((await trial.delete(record["id"])).status == 204, "the record was not deleted")
    answer = await trial.list({"id": record["id"]})
    require(answer.ok, f"the search was refused: {answer}")
    demand(all(r.get("id") != record["id"] for r in answer.entities), "no such record", answer)


@check(
    "R-815",
    title="A second DELETE answers 404",
    needs=("create", "delete"),
    profiles=("mandatory",),
)
async def second_delete_finds_nothing(trial: Trial) -> None:
    record = await trial.make()
    require((await trial.delete(record["id"])).status == 204, "the record was not deleted")
    answer = await trial.delete(record["id"])
    demand(answer.status in (404, 410), "404", answer)


@check("R-209", title="DELETE of an unknown id answers 404", needs=("delete",))
async def unknown_id_is_not_found(trial: Trial) -> None:
    answer = await trial.delete(trial.fresh())
    demand(answer.status == 404, "404", answer)


@check(
    "R-815", title="DELETE removes one record and no other", needs=("create", "delete", "retrieve")
)
async def others_stay(trial: Trial) -> None:
    one, other = await trial.make(), await trial.make()
    require((await trial.delete(one["id"])).status == 204, "the record was not deleted")
    answer = await trial.get(other["id"])
    demand(answer.status == 200, "the other record", answer)
