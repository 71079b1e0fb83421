"""Order of lists (R-601 to R-604)."""

from typing import Any
from urllib.parse import quote

from conformance.check import check
from conformance.client import Answer
from conformance.cohort import Cohort
from conformance.instants import microseconds
from conformance.outcomes import applies, demand, require
from conformance.searching import found_ids, listed_ids
from conformance.trial import Trial
from tmf_apis.spec.types import Kind


@check("R-601", title="sort orders ascending, sort=- descending", needs=("list",))
async def both_directions(trial: Trial) -> None:
    cohort, name = await _sortable(trial)
    wanted = _sorted(cohort, name)
    _in_order(await trial.list(f"{cohort.query}&sort={name}"), wanted, f"sort={name}")
    _in_order(await trial.list(f"{cohort.query}&sort=-{name}"), wanted[::-1], f"sort=-{name}")


@check("R-601", title="Numbers and moments are ordered by value", needs=("list",))
async def values_are_ordered(trial: Trial) -> None:
    cohort = await trial.searchable()
    names = [n for k, n in cohort.varied.items() if k in (Kind.NUMBER, Kind.INSTANT)]
    applies(names, "it has neither numbers nor dates that clients set")
    for name in names:
        require(all(r.get(name) is not None for r in cohort.records), f"{name} is not stored")
        for direction, wanted in (("", _sorted(cohort, name)), ("-", _sorted(cohort, name)[::-1])):
            key = f"{direction}{name}"
            _in_order(await trial.list(f"{cohort.query}&sort={key}"), wanted, f"sort={key}")


@check("R-601", title="The first key is the strongest", needs=("list",))
async def several_keys(trial: Trial) -> None:
    cohort, name = await _sortable(trial)
    # The first key is alike in all records of the cohort, so the second decides.
    wanted = _sorted(cohort, name)[::-1]
    query = f"{cohort.query}&sort={cohort.marker},-{name}"
    _in_order(await trial.list(query), wanted, f"sort={cohort.marker},-{name}")
    flag = cohort.varied.get(Kind.BOOLEAN)
    if flag and all(r.get(flag) is not None for r in cohort.records):
        wanted = sorted(_sorted(cohort, name), key=lambda record: bool(record[flag]))
        answer = await trial.list(f"{cohort.query}&sort={flag},{name}")
        _in_order(answer, wanted, f"sort={flag},{name}")


@check("R-602", title="A + before a key means ascending, raw or encoded", needs=("list",))
async def plus_is_ascending(trial: Trial) -> None:
    cohort, name = await _sortable(trial)
    for spelling in ("+", "%2B", "%20"):
        answer = await trial.list(f"{cohort.query}&sort={spelling}{name}")
        _in_order(answer, _sorted(cohort, name), f"sort={spelling}{name}")


@check("R-603", title="A dot path as a key", needs=("create", "list"))
async def paths_are_keys(trial: Trial) -> None:
    cohort = await trial.searchable()
    applies(cohort.marker, "it has no free text")
    applies("validFor" in trial.spec.settable, "it has no validFor")
    text = trial.fresh()
    made = []
    for day in ("02", "03", "01"):
        period = {"startDateTime": f"2031-01-{day}T00:00:00Z"}
        made.append(await trial.make(**{str(cohort.marker): text, "validFor": period}))
    answer = await trial.list({str(cohort.marker): text, "sort": "validFor.startDateTime"})
    found = [r.get("id") for r in answer.entities]
    applies(answer.ok and found != [r["id"] for r in made], "dot paths are not offered")
    _in_order(answer, [made[2], made[0], made[1]], "sort=validFor.startDateTime")


@check(
    "R-604", title="Records without the value stand together at one end", needs=("create", "list")
)
async def missing_values_stand_together(trial: Trial) -> None:
    cohort = await trial.searchable()
    name = next((n for k, n in cohort.varied.items() if n not in trial.spec.mandatory), None)
    applies(cohort.marker and name, "it has no optional attribute to sort by")
    text = trial.fresh()
    value = cohort.records[0].get(str(name))
    require(value is not None, f"{name} is not stored")
    mark: dict[str, Any] = {str(cohort.marker): text}
    bodies = [mark, {**mark, str(name): value}, mark]
    made = [await trial.make(**body) for body in bodies]
    applies(made[0].get(str(name)) is None, f"the server sets {name} itself")
    for direction in ("", "-"):
        answer = await trial.list({str(cohort.marker): text, "sort": f"{direction}{name}"})
        places = [r.get("id") for r in answer.entities]
        demand(len(places) == 3, "three records", answer)
        at = places.index(made[1]["id"])
        demand(at in (0, 2), "the record with a value at one end", f"it stands at {at + 1} of 3")


@check(
    "R-604",
    title="Without sort, and among equals, the order is the same every time",
    needs=("list",),
    profiles=("read-only",),
)
async def order_is_repeatable(trial: Trial) -> None:
    cohort = await trial.searchable()
    for query in (cohort.query, f"{cohort.query}&sort=@type"):
        first = [r.get("id") for r in (await trial.list(query)).entities]
        again = [r.get("id") for r in (await trial.list(query)).entities]
        demand(first == again, "the same order", again)


@check("R-604", title="An unknown key is refused, or changes nothing", needs=("list",))
async def unknown_keys(trial: Trial) -> None:
    cohort = await trial.searchable()
    answer = await trial.list(f"{cohort.query}&sort=kitNoSuchAttribute")
    if answer.ok:
        found = found_ids(answer)
        demand(found == set(cohort.ids), "all records, or 400", answer)
    else:
        demand(answer.status in (400, 422), "200 or 400", answer)


@check("R-604", title="A key without a name is refused with 400", needs=("list",))
async def broken_keys(trial: Trial) -> None:
    await trial.cohort()
    for keys in ("-", "id,-"):
        answer = await trial.list(f"sort={keys}")
        demand(answer.status in (400, 422), f"400 for sort={keys}", answer)


async def _sortable(trial: Trial) -> tuple[Cohort, str]:
    cohort = await trial.searchable()
    applies(cohort.marker, "it has no free text")
    for kind in (Kind.INSTANT, Kind.NUMBER, Kind.TEXT):
        name = cohort.varied.get(kind)
        if name and all(r.get(name) is not None for r in cohort.records):
            return cohort, name
    applies(False, "it has no attribute to sort by")
    raise AssertionError


def _sorted(cohort: Cohort, name: str) -> list[dict[str, Any]]:
    def key(record: dict[str, Any]) -> Any:
        value = record[name]
        moment = microseconds(value)
        return value if moment is None else moment

    return sorted(cohort.records, key=key)


def _in_order(answer: Answer, wanted: list[dict[str, Any]], by: str) -> None:
    demand(answer.ok, f"200 for {quote(by, safe='=,-+')}", answer)
    got = listed_ids(answer)
    expected = [str(r["id"]) for r in wanted]
    require(sorted(got) == sorted(expected), "the list does not hold the records")
    names = {record: str(place) for place, record in enumerate(expected, 1)}
    demand(got == expected, f"{by}: 1 2 3 4 5", " ".join(names[record] for record in got))
