"""Ids are texts, whatever they look like, and several may be asked for (R-1205, R-403)."""

from urllib.parse import quote

from conformance.check import check
from conformance.outcomes import applies, demand, require
from conformance.searching import found_ids
from conformance.trial import Trial


@check("R-403", title="A list of ids finds each of them", needs=("list",), profiles=("read-only",))
async def ids_are_alternatives(trial: Trial) -> None:
    ids = (await trial.cohort()).ids[:3]
    applies(len(ids) > 1, "there is one record only")
    found = found_ids(await trial.list({"id": ids[0]}))
    require(found == {ids[0]}, "the server does not select by id")
    answer = await trial.list("id=" + ",".join(quote(record, safe="") for record in ids))
    demand(found_ids(answer) == set(ids), f"{len(ids)} records", answer)


@check("R-1205", title="An id that looks like a number is none", needs=("create", "retrieve"))
async def ids_are_no_numbers(trial: Trial) -> None:
    await trial.cohort()
    chosen = f"00{int(trial.fresh().removeprefix('kit'), 16)}"
    answer = await trial.post(await trial.minimal(id=chosen))
    got = str(answer.entity.get("id"))
    # Some servers number their records: that id is another number.
    mine = got.lstrip("0") == chosen.lstrip("0")
    applies(answer.status == 201 and mine, "the server chooses ids itself")
    demand(got == chosen, f"the id {chosen}", got)
    bare = await trial.get(chosen.lstrip("0"))
    demand(bare.status == 404, f"404 for {chosen.lstrip('0')}", bare)
