"""Pages of a list, their counts and links (R-605 to R-615)."""

import re
from urllib.parse import parse_qs, urlsplit

from conformance.check import check
from conformance.client import Answer
from conformance.cohort import Cohort
from conformance.links import page_links, reached
from conformance.outcomes import applies, demand, require
from conformance.searching import found_ids, listed_ids
from conformance.trial import Trial

_CONTENT_RANGE = re.compile(r"items (?:(\d+)-(\d+)|\*)/(\d+)$")


@check("R-605", title="limit cuts the list", needs=("list",), profiles=("read-only",))
async def limit_cuts(trial: Trial) -> None:
    cohort = await _many(trial)
    for limit in (1, 2):
        answer = await _page(trial, cohort, f"limit={limit}")
        demand(len(answer.entities) == limit, f"{limit} records", f"{len(answer.entities)} records")


@check("R-605", title="offset starts from 0", needs=("list",), profiles=("read-only",))
async def offset_starts_at_zero(trial: Trial) -> None:
    cohort = await _many(trial)
    whole = listed_ids(await _page(trial, cohort, ""))
    for offset in (0, 1):
        got = listed_ids(await _page(trial, cohort, f"offset={offset}&limit=50"))
        demand(got == whole[offset:], f"{len(whole) - offset} records", f"{len(got)} records")


@check(
    "R-605",
    title="Pages one after the other hold every record once",
    needs=("list",),
    profiles=("read-only",),
)
async def pages_hold_everything(trial: Trial) -> None:
    cohort = await _many(trial)
    seen: list[str] = []
    for offset in range(0, len(cohort.ids), 2):
        seen += listed_ids(await _page(trial, cohort, f"offset={offset}&limit=2"))
    demand(sorted(seen) == sorted(cohort.ids), f"each of {len(cohort.ids)} once", f"{len(seen)}")


@check(
    "R-605", title="The list is sorted before it is cut", needs=("list",), profiles=("read-only",)
)
async def sorting_comes_first(trial: Trial) -> None:
    cohort = await _many(trial)
    whole = listed_ids(await _page(trial, cohort, "sort=-id"))
    require(whole == sorted(cohort.ids, reverse=True), "the server does not sort by id")
    got = listed_ids(await _page(trial, cohort, "sort=-id&offset=1&limit=1"))
    demand(got == whole[1:2], f"the second, {whole[1]}", got)


@check(
    "R-607",
    title="X-Total-Count counts every match of the search",
    needs=("list",),
    profiles=("mandatory", "read-only"),
)
async def total_counts_matches(trial: Trial) -> None:
    cohort = await trial.searchable()
    answer = await trial.list(cohort.query)
    _count(answer, "x-total-count", len(cohort.ids))


@check(
    "R-607",
    title="X-Total-Count of a page counts every match, not the page",
    needs=("list",),
    profiles=("read-only",),
)
async def total_is_of_all_pages(trial: Trial) -> None:
    cohort = await _many(trial)
    for window in ("limit=1", "offset=1&limit=1"):
        _count(await _page(trial, cohort, window), "x-total-count", len(cohort.ids))


@check(
    "R-607",
    title="X-Total-Count is sent for an empty list too",
    needs=("list",),
    profiles=("read-only",),
)
async def total_of_nothing(trial: Trial) -> None:
    answer = await trial.list({"id": trial.fresh()})
    require(answer.ok and answer.json == [], f"the search did not answer []: {answer}")
    _count(answer, "x-total-count", 0)


@check(
    "R-608",
    title="X-Result-Count counts the records of the answer",
    needs=("list",),
    profiles=("mandatory", "read-only"),
)
async def result_counts_the_page(trial: Trial) -> None:
    answer = await trial.list({"limit": "2"})
    require(answer.ok, f"the list was refused: {answer}")
    _count(answer, "x-result-count", len(answer.entities))


@check(
    "R-609", title="Link leads to the neighbouring pages", needs=("list",), profiles=("read-only",)
)
async def links_lead_on(trial: Trial) -> None:
    cohort = await _many(trial)
    whole = listed_ids(await _page(trial, cohort, ""))
    answer = await _page(trial, cohort, "offset=1&limit=1")
    links = page_links(answer)
    for rel, wanted in (
        ("next", whole[2:3]),
        ("prev", whole[0:1]),
        ("first", whole[0:1]),
        ("last", whole[-1:]),
    ):
        if rel in links and wanted:
            page = await trial.send("GET", reached(trial, links[rel]))
            demand(
                page.ok and listed_ids(page) == wanted, f"{rel}: {wanted}", f"{links[rel]}: {page}"
            )
    if len(whole) > 2:
        demand("next" in links, "a link to the next page", answer.headers.get("link"))


@check(
    "R-609", title="Links keep all other query parameters", needs=("list",), profiles=("read-only",)
)
async def links_keep_the_query(trial: Trial) -> None:
    cohort = await _many(trial)
    answer = await _page(trial, cohort, "offset=1&limit=1&fields=id")
    name, _, value = cohort.query.partition("=")
    for rel, link in page_links(answer).items():
        query = parse_qs(urlsplit(link).query)
        kept = query.get(name) == [_decoded(value)] and query.get("fields") == ["id"]
        demand(kept, f"{name} and fields in the link to {rel}", link)


@check(
    "R-609",
    title="No next on the last page, no prev on the first",
    needs=("list",),
    profiles=("read-only",),
)
async def links_end(trial: Trial) -> None:
    cohort = await _many(trial)
    count = len(cohort.ids)
    last = page_links(await _page(trial, cohort, f"offset={count - 1}&limit=1"))
    demand("next" not in last, "no next on the last page", last.get("next"))
    first = page_links(await _page(trial, cohort, "offset=0&limit=1"))
    demand("prev" not in first, "no prev on the first page", first.get("prev"))


@check(
    "R-610",
    title="Content-Range says which records came, and of how many",
    needs=("list",),
    profiles=("read-only",),
)
async def content_range_is_right(trial: Trial) -> None:
    cohort = await _many(trial)
    answer = await _page(trial, cohort, "offset=1&limit=1")
    text = answer.headers.get("content-range")
    applies(text, "Content-Range is not sent")
    match = _CONTENT_RANGE.match(str(text))
    expected = f"items 2-2/{len(cohort.ids)}"
    demand(match, expected, text)
    demand(text == expected, expected, text)


@check("R-610", title="Range: items= asks for a page", needs=("list",), profiles=("read-only",))
async def range_asks_for_a_page(trial: Trial) -> None:
    cohort = await _many(trial)
    whole = listed_ids(await _page(trial, cohort, ""))
    answer = await trial.list(cohort.query, headers={"Range": "items=2-2"})
    applies(answer.ok and listed_ids(answer) != whole, "Range is not offered")
    demand(listed_ids(answer) == whole[1:2], f"the second, {whole[1]}", answer)


@check(
    "R-611",
    title="A page is answered with 206 or 200",
    needs=("list",),
    profiles=("mandatory", "read-only"),
)
async def page_is_partial(trial: Trial) -> None:
    cohort = await _many(trial)
    answer = await trial.list(f"{cohort.query}&limit=1")
    demand(answer.status in (200, 206), "206 or 200", answer)


@check(
    "R-611",
    title="A whole list is answered with 200",
    needs=("list",),
    profiles=("mandatory", "read-only"),
)
async def whole_list_is_not_partial(trial: Trial) -> None:
    cohort = await trial.searchable()
    answer = await trial.list(cohort.query)
    demand(answer.status == 200, "200", answer.status)


@check(
    "R-612",
    title="An offset past the end gives an empty page, or 416",
    needs=("list",),
    profiles=("read-only",),
)
async def offset_past_the_end(trial: Trial) -> None:
    cohort = await trial.searchable()
    answer = await trial.list(f"{cohort.query}&offset=1000&limit=10")
    if answer.status != 416:
        demand(answer.status == 200 and answer.json == [], "200 and []", answer)
        _count(answer, "x-total-count", len(cohort.ids), "R-612")


@check(
    "R-613",
    title="A negative or non-numeric offset or limit is refused with 400",
    needs=("list",),
    profiles=("read-only",),
)
async def odd_windows_are_refused(trial: Trial) -> None:
    for query in ("limit=-1", "offset=-1", "limit=kit", "offset=1.5"):
        answer = await trial.list(query)
        demand(answer.status in (400, 422), f"400 for {query}", answer)


@check("R-613", title="A limit above the maximum is lowered", needs=("list",))
async def large_limits_are_lowered(trial: Trial) -> None:
    cohort = await trial.searchable()
    for limit in (1_000_000, 2**31, 2**63):
        answer = await trial.list(f"{cohort.query}&limit={limit}")
        demand(answer.ok, f"200 for limit={limit}", answer)
        demand(found_ids(answer) == set(cohort.ids), f"{len(cohort.ids)} records", answer)


@check("R-614", title="limit=0 counts alone", needs=("list",), profiles=("read-only",))
async def zero_counts(trial: Trial) -> None:
    cohort = await trial.searchable()
    answer = await trial.list(f"{cohort.query}&limit=0")
    demand(answer.ok and answer.json == [], "200 and []", answer)
    _count(answer, "x-total-count", len(cohort.ids), "R-614")


@check(
    "R-615",
    "R-639-05",
    title="after and before lead through the list",
    needs=("list",),
    profiles=("read-only",),
)
async def cursors_lead_on(trial: Trial) -> None:
    applies(trial.spec.cursors, "the file declares no cursors")
    cohort = await _many(trial)
    whole = listed_ids(await _page(trial, cohort, ""))
    answer = await trial.list(f"{cohort.query}&limit=2")
    link = page_links(answer).get("next", "")
    applies("after=" in link, "no cursors are offered")
    page = await trial.send("GET", reached(trial, link))
    demand(listed_ids(page) == whole[2:4], f"{whole[2:4]}", page)
    both = await trial.send("GET", f"{reached(trial, link)}&offset=1")
    demand(both.status == 400, "400 for a cursor with offset", both)


async def _many(trial: Trial) -> Cohort:
    cohort = await trial.searchable()
    require(len(cohort.ids) > 1, "fewer than two records to page through")
    return cohort


async def _page(trial: Trial, cohort: Cohort, window: str) -> Answer:
    answer = await trial.list(f"{cohort.query}&{window}" if window else cohort.query)
    demand(answer.status in (200, 206), f"a page for {window}", answer, "R-605")
    return answer


def _count(answer: Answer, header: str, wanted: int, *broken: str) -> None:
    got = answer.headers.get(header)
    demand(got == str(wanted), f"{header}: {wanted}", got or "no such header", *broken)


def _decoded(value: str) -> str:
    return parse_qs(f"x={value}")["x"][0]
