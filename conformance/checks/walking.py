"""A list walked to its end: no record is skipped, none is promised that is not there."""

from urllib.parse import quote, unquote

from conformance.check import check
from conformance.client import Answer
from conformance.links import next_page, reached
from conformance.outcomes import applies, demand, require
from conformance.searching import listed_ids
from conformance.trial import Trial


@check(
    "R-605",
    title="Pages of one record hold every record once",
    needs=("list",),
    profiles=("read-only",),
)
async def single_steps_hold_everything(trial: Trial) -> None:
    cohort = await trial.searchable()
    seen: list[str] = []
    for offset in range(len(cohort.ids)):
        seen += listed_ids(await trial.list(f"{cohort.query}&offset={offset}&limit=1"))
    demand(sorted(seen) == sorted(cohort.ids), f"each of {len(cohort.ids)} once", f"{len(seen)}")


@check("R-605", title="The list is searched before it is cut", needs=("create", "list"))
async def searching_comes_first(trial: Trial) -> None:
    name = (await trial.searchable()).marker
    applies(name, "it has no free text")
    texts = [trial.fresh() for _ in range(3)]
    # Whichever end the list begins at, the record between the others is not the first.
    records = [await trial.make(**{str(name): text}) for text in texts]
    answer = await trial.list(f"{name}={texts[1]}&limit=1")
    demand(listed_ids(answer) == [records[1]["id"]], f"the record with {name} {texts[1]}", answer)


@check("R-609", title="Links encode what they take over from the query",
       needs=("create", "list"))  # fmt: skip
async def links_are_encoded(trial: Trial) -> None:
    name = (await trial.searchable()).marker
    applies(name, "it has no free text")
    value = quote(f"kit a&b=c+d#e {trial.fresh()}", safe="")
    made = {(await trial.make(**{str(name): unquote(value)}))["id"] for _ in range(2)}
    answer = await trial.list(f"{name}={value}&limit=1")
    require(len(answer.entities) == 1, f"the server does not select by {name}={value}")
    link = next_page(answer)
    applies(link, "no link to the next page is sent")
    following = await trial.send("GET", reached(trial, link))
    demand(set(listed_ids(answer)) | set(listed_ids(following)) == made, "the other record", link)


@check("R-609", title="Links keep every value of a name that is repeated", needs=("list",))
async def links_keep_repeated_names(trial: Trial) -> None:
    cohort = await trial.searchable()
    require(len(cohort.ids) > 1, "fewer than two records")
    one, other = (quote(record, safe="") for record in cohort.ids[:2])
    answer = await trial.list(f"id={one}&id={other}&limit=1")
    require(len(answer.entities) == 1, f"it is no page of one record: {answer}")
    link = next_page(answer)
    applies(link, "no link to the next page is sent")
    following = await trial.send("GET", reached(trial, link))
    found = set(listed_ids(answer)) | set(listed_ids(following))
    demand(found == set(cohort.ids[:2]), "the other record", link)


@check(
    "R-609",
    title="next leads from page to page through the whole list",
    needs=("list",),
    profiles=("read-only",),
)
async def next_leads_through(trial: Trial) -> None:
    cohort = await trial.searchable()
    require(len(cohort.ids) > 2, "fewer than three records to walk through")
    for limit in (1, 2):
        answer = await trial.list(f"{cohort.query}&limit={limit}")
        applies(next_page(answer), "no link to the next page is sent")
        seen = listed_ids(answer)
        # Whether an empty page may follow the last is judged elsewhere.
        while answer.entities and (link := next_page(answer)) and len(seen) <= len(cohort.ids):
            answer = await trial.send("GET", reached(trial, link))
            seen += listed_ids(answer)
        every = f"each of {len(cohort.ids)} records once in steps of {limit}"
        demand(sorted(seen) == sorted(cohort.ids), every, f"{len(seen)}, {len(set(seen))} of them")


@check(
    "R-608",
    title="X-Result-Count counts a last page that is not full",
    needs=("list",),
    profiles=("read-only",),
)
async def the_last_page_is_counted(trial: Trial) -> None:
    cohort = await trial.searchable()
    answer = await trial.list(f"{cohort.query}&offset={len(cohort.ids) - 1}&limit=5")
    require(len(answer.entities) == 1, f"it is no page of one record: {answer}")
    got = answer.headers.get("x-result-count")
    demand(got == "1", "X-Result-Count: 1", got or "no such header")


@check(
    "R-607",
    title="X-Total-Count of the whole list counts what is there, and nothing that is gone",
    needs=("create", "list", "delete"),
)
async def the_total_is_there(trial: Trial) -> None:
    least = len((await trial.cohort()).ids)
    gone = await trial.make()
    require((await trial.delete(gone["id"])).status == 204, "the record was not deleted")
    # Other clients delete as well: it counts too much if it does so time after time.
    for _ in range(3):
        total = _total(await trial.list("limit=1"))
        demand(total >= least, f"X-Total-Count of at least {least}", total)
        end = await trial.list(f"offset={total - 1}&limit=1")
        require(end.ok or end.status == 416, f"the end of the list was refused: {end}")
        if end.entities or (end.ok and _total(end) < total):
            return
    demand(False, f"record {total} of {total}", end)


def _total(answer: Answer) -> int:
    text = answer.headers.get("x-total-count", "")
    require(text.isdecimal(), f"there is no X-Total-Count: {answer}")
    return int(text)
