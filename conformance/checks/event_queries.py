"""Which events the query of a registration selects (R-1007)."""

from conformance.check import check
from conformance.events import about, awaited, entity_of, event_type, told_as
from conformance.hubs import subscribed
from conformance.outcomes import applies, demand, require
from conformance.trial import Trial

_EVENTS = ("events",)


@check(
    "R-1007",
    title="query selects by eventType",
    needs=("create", "delete"),
    profiles=_EVENTS,
    scope="api",
)
async def query_selects_a_type(trial: Trial) -> None:
    deleted = event_type(trial, "Delete")
    inbox = await subscribed(trial, f"eventType={deleted}")
    record = await trial.make()
    require((await trial.delete(record["id"])).status == 204, "the record was not deleted")
    require(await awaited(trial, inbox, record["id"], deleted), "no event came")
    kinds_told = {str(event.get("eventType")) for event in inbox.events}
    demand(kinds_told == {deleted}, f"{deleted} alone", ", ".join(sorted(kinds_told)))


@check(
    "R-1007",
    title="query selects by what the event holds",
    needs=("create",),
    profiles=_EVENTS,
    scope="api",
)
async def query_selects_by_payload(trial: Trial) -> None:
    await _only_the_marked(trial)


@check(
    "R-1007",
    title="All conditions of a query must hold",
    needs=("create",),
    profiles=_EVENTS,
    scope="api",
)
async def conditions_are_anded(trial: Trial) -> None:
    await _only_the_marked(trial, f"eventType={event_type(trial, 'Create')}&")


@check(
    "R-1007",
    title="A list of values in a query matches any of them",
    needs=("create", "delete"),
    profiles=_EVENTS,
    scope="api",
)
async def values_are_alternatives(trial: Trial) -> None:
    wanted = (event_type(trial, "Create"), event_type(trial, "Delete"))
    inbox = await subscribed(trial, f"eventType={','.join(wanted)}")
    record = await trial.make()
    require((await trial.delete(record["id"])).status == 204, "the record was not deleted")
    for kind in wanted:
        demand(await awaited(trial, inbox, record["id"], kind), kind, "no such event")


@check(
    "R-1007",
    title="fields in a query narrows the events",
    needs=("create",),
    profiles=_EVENTS,
    scope="api",
)
async def query_narrows(trial: Trial) -> None:
    kind = event_type(trial, "Create")
    narrow = f"fields=event.{told_as(trial)}.id"
    inbox = await subscribed(trial, f"eventType={kind}&{narrow}")
    name = await trial.marker()
    record = await trial.make(**{name: "kit"})
    came = await awaited(trial, inbox, record["id"], kind)
    applies(came, "fields in a query leaves no trace of the record")
    got = entity_of(trial, came[0])
    demand(name not in got, f"no {name} with {narrow}", sorted(got))


async def _only_the_marked(trial: Trial, before: str = "") -> None:
    """Fail unless a query by a text of the entity tells of the one record that holds it.

    `before` is what the query asks beside.
    """
    kind, name, text = event_type(trial, "Create"), await trial.marker(), trial.fresh()
    inbox = await subscribed(trial, f"{before}event.{told_as(trial)}.{name}={text}")
    other = await trial.make(**{name: trial.fresh()})
    record = await trial.make(**{name: text})
    came = await awaited(trial, inbox, record["id"], kind)
    demand(came, f"the {kind} with {name} {text}", "no such event")
    wrong = about(trial, inbox.events, other["id"])
    demand(not wrong, f"no event without {name} {text}", wrong)
