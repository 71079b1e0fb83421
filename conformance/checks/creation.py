"""What POST answers: the record as it was stored, with what the server adds (R-701 to R-709)."""

from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from conformance.check import check
from conformance.client import Answer
from conformance.instants import microseconds, now
from conformance.likeness import differences, unlike
from conformance.outcomes import Failed, applies, demand, require
from conformance.trial import Trial

_MINUTES = 60 * 1_000_000


@check("R-701", "R-706", title="POST creates from the least that is valid: 201 and one object",
       needs=("create",), profiles=("mandatory",))  # fmt: skip
async def minimal_body_is_created(trial: Trial) -> None:
    body = await trial.minimal()
    answer = await trial.post(body)
    if answer.refused and (plain := _without_references(trial, body)) != body:
        taken = (await trial.post(plain)).ok
        demand(not taken, "201 whatever the references lead to", answer, "R-706")
    demand(answer.status in (201, 202), "201", answer, "R-701")
    if answer.status == 201:
        demand(answer.entity, "the created entity as one object", answer, "R-701")


@check("R-701", title="POST creates from a body with every attribute a client may set",
       needs=("create",))  # fmt: skip
async def full_body_is_created(trial: Trial) -> None:
    answer = await trial.post(await trial.full())
    demand(answer.status in (201, 202), "201", answer)


@check("R-701", title="POST answers with a Location that leads to the record",
       needs=("create", "retrieve"), profiles=("mandatory",))  # fmt: skip
async def location_leads_to_the_record(trial: Trial) -> None:
    answer = await _created(trial)
    location = answer.headers.get("location", "")
    demand(location, "a Location header", "none")
    record = str(answer.entity.get("id"))
    path = urlsplit(location).path
    leads = path.endswith(trial.item(record)) or path.endswith(f"/{trial.spec.name}/{record}")
    demand(leads, f"a Location that ends in {trial.item(record)}", location)


@check("R-104", title="href is the same as Location", needs=("create",),
       profiles=("mandatory",))  # fmt: skip
async def href_is_location(trial: Trial) -> None:
    answer = await _created(trial)
    location = answer.headers.get("location", "")
    href = answer.entity.get("href")
    require(location, "there is no Location")
    require(isinstance(href, str), "there is no href")
    demand(_path(str(href)) == _path(location), f"href {location}", href)


@check("R-702", "R-103", title="The server gives a new record an id that is a text",
       needs=("create",), profiles=("mandatory",))  # fmt: skip
async def id_is_given(trial: Trial) -> None:
    given = (await _created(trial)).entity.get("id")
    demand(isinstance(given, str) and given, "an id that is a text", repr(given))


@check("R-702", "R-103", title="The server gives a new record an href", needs=("create",),
       profiles=("mandatory",))  # fmt: skip
async def href_is_given(trial: Trial) -> None:
    given = (await _created(trial)).entity.get("href")
    demand(isinstance(given, str) and given, "an href", repr(given))


@check("R-103", title="href can be dereferenced", needs=("create", "retrieve"))
async def href_can_be_read(trial: Trial) -> None:
    record = await trial.make()
    href = record.get("href")
    require(isinstance(href, str) and href, "there is no href")
    base = urlsplit(trial.session.client.base)
    # The name of a server behind a gateway may be unknown here; its path is not.
    seen = await trial.send("GET", f"{base.scheme}://{base.netloc}{urlsplit(str(href)).path}")
    demand(seen.status == 200 and seen.entity.get("id") == record["id"], "the record", seen)


@check("R-103", title="Every record has an id of its own", needs=("create",))
async def ids_differ(trial: Trial) -> None:
    first, second = await trial.make(), await trial.make()
    demand(first["id"] != second["id"], "two ids", first["id"])


@check("R-701", title="POST answers with the complete record, as GET gives it",
       needs=("create", "retrieve"))  # fmt: skip
async def answer_is_complete(trial: Trial) -> None:
    answer = await _created(trial)
    seen = await trial.look(str(answer.entity.get("id")))
    missing = sorted(seen.keys() - answer.entity.keys() - _later(trial))
    demand(not missing, "every attribute that GET gives", f"without {', '.join(missing)}")


@check("R-302", "R-1202", title="Everything that was sent is stored and given back by GET",
       needs=("create", "retrieve"))  # fmt: skip
async def what_was_sent_is_stored(trial: Trial) -> None:
    body = await trial.full()
    record = await trial.make(body)
    rules = trial.rules
    state = {rules.state, rules.initial_from, *rules.touched, *rules.stamped, *rules.outcome}
    sent = {name: value for name, value in body.items() if name not in state}
    for difference in differences(sent, await trial.look(record["id"])):
        rule = "R-1202" if difference.is_instant else "R-302"
        raise Failed("what was sent", difference, rule)


@check("R-704", title="An href that a client sends is not stored", needs=("create",))
async def sent_href_is_ignored(trial: Trial) -> None:
    forged = "https://example.com/kit/forged"
    answer = await trial.post(await trial.minimal(href=forged))
    if not answer.refused:
        demand(answer.entity.get("href") != forged, "an href of the server's own", forged)


@check("R-704", title="What only the server sets is ignored or refused when a client sends it",
       needs=("create",))  # fmt: skip
async def server_set_attributes_are_kept(trial: Trial) -> None:
    hidden = sorted(trial.attributes.keys() - trial.spec.settable - {"id", "href"})
    hidden = [name for name in hidden if not name.startswith("@")]
    applies(hidden, "the create schema leaves nothing out")
    for name in hidden:
        forged = trial.shared.bodies.forged(trial.spec, name)
        answer = await trial.post(await trial.minimal(**{name: forged}))
        if answer.status == 201:
            stored = answer.entity.get(name)
            taken = stored is not None and not unlike(forged, stored)
            demand(not taken, f"{name} set by the server, or 400", f"{name}: {stored!r}, as sent")
        else:
            demand(answer.refused, "201 or 400", answer)


@check("R-705", title="A new record is in its initial state", needs=("create",))
async def state_is_initial(trial: Trial) -> None:
    rules = trial.rules
    applies(rules.state and rules.initial, f"{trial.spec.name} has no initial state of its own")
    name = str(rules.state)
    body = await trial.minimal()
    body.pop(name, None)
    record = await trial.make(body)
    value = record.get(name)
    applies(value is not None, "the server sets no state")
    # A server may be quick: tasks may be done, orders under way (L-005, L-TASK).
    fine = {_plain(rules.initial), "inprogress", "running", "pending", "rejected"}
    if rules.task:
        fine |= {"done", "succeeded", "failed", "terminatedwitherror"}
    demand(_plain(value) in fine, f"{name} {rules.initial!r}", repr(value))


@check("R-705", title="Dates of creation are the time of the creation", needs=("create",))
async def creation_is_dated(trial: Trial) -> None:
    names = [*trial.rules.stamped, *trial.rules.touched]
    applies(names, f"{trial.spec.name} has no date that the server sets")
    answer = await _created(trial)
    dated = {name: answer.entity[name] for name in names if name in answer.entity}
    applies(dated, "the server sets none of them")
    clock = _clock(answer)
    for name, value in dated.items():
        moment = microseconds(value)
        require(moment is not None, f"{name} is no date-time")
        off = abs((moment or 0) - clock)
        demand(off < 10 * _MINUTES, f"{name} at the time of creation", value)


@check("R-705", title="@type of a new record is the name of the resource, if the client gave none",
       needs=("create",))  # fmt: skip
async def type_is_the_resource(trial: Trial) -> None:
    applies(not trial.spec.typed, "@type is required of the client")
    applies("@type" in trial.attributes, "the resource has no @type")
    body = await trial.minimal()
    body.pop("@type", None)
    given = (await trial.make(body)).get("@type")
    applies(given is not None, "the server sets no @type")
    name = trial.spec.name[:1].upper() + trial.spec.name[1:]
    demand(given == name, f"@type {name}", repr(given))


@check("R-706", title="References to records that do not exist are taken as they are",
       needs=("create",))  # fmt: skip
async def references_are_not_resolved(trial: Trial) -> None:
    await trial.cohort()
    for name in ("relatedParty", "place", "agreement", "billingAccount", "category"):
        if name in trial.spec.settable and name in trial.attributes:
            value = trial.shared.bodies.value(trial.spec, name)
            if isinstance(value, list | dict):
                answer = await trial.post(await trial.minimal(**{name: value}))
                demand(answer.status in (201, 202), "201", answer)
                return
    applies(False, "no reference to another API")


@check("R-708", title="An id that a client chooses is used, ignored or refused", needs=("create",))
async def chosen_id(trial: Trial) -> None:
    await trial.cohort()
    chosen = trial.shared.bodies.fixture(trial.spec).id.replace("{unique}", trial.fresh())
    answer = await trial.post(await trial.minimal(id=chosen))
    fine = answer.status in (201, 202) or answer.status in (400, 409, 422)
    demand(fine, "201 or 400", answer)


@check("R-708", title="An id that is taken is refused with 409", needs=("create",))
async def taken_id_is_refused(trial: Trial) -> None:
    chosen = trial.shared.bodies.fixture(trial.spec).id.replace("{unique}", trial.fresh())
    body = await trial.minimal(id=chosen)
    first = await trial.post(body)
    applies(first.entity.get("id") == chosen, "the server chooses ids itself")
    second = await trial.post(body)
    demand(second.status in (400, 409, 422), "409", second)


@check("R-109", title="application/json with parameters is taken as JSON", needs=("create",))
async def media_type_may_have_parameters(trial: Trial) -> None:
    await trial.cohort()
    answer = await trial.post(await trial.minimal(), media="application/json; charset=utf-8")
    demand(answer.status in (201, 202), "201", answer)


@check("R-109", title="Texts are UTF-8, and come back as they were sent",
       needs=("create", "retrieve"))  # fmt: skip
async def texts_are_utf8(trial: Trial) -> None:
    name = await trial.marker()
    text = "Zürich, 東京, 😀 \\ \" '"
    record = await trial.make(**{name: text})
    got = (await trial.look(record["id"])).get(name)
    demand(got == text, repr(text), repr(got))


@check("R-1202", title="A moment comes back as the same moment, however it was spelt",
       needs=("create", "retrieve"))  # fmt: skip
async def moments_are_kept(trial: Trial) -> None:
    name = trial.free_instant()
    sent = "2031-05-06T07:08:09+05:30"
    got = (await trial.look((await trial.make(**{name: sent}))["id"])).get(name)
    require(microseconds(got) is not None, f"{name} is no date-time: {got!r}")
    demand(microseconds(got) == microseconds(sent), f"{name} at {sent}", got)


@check("R-1207", title="null in a POST is the same as leaving the attribute out",
       needs=("create", "retrieve"))  # fmt: skip
async def null_is_absence(trial: Trial) -> None:
    cohort = await trial.cohort()
    body = await trial.minimal()
    name = next((n for n in cohort.varied.values() if n not in body), cohort.marker)
    applies(name and name not in body, "the resource has no optional attribute to try it on")
    answer = await trial.post(body | {str(name): None})
    demand(answer.status in (201, 202), "201", answer)
    if answer.status == 201:
        demand(answer.entity.get(str(name)) is None, f"no {name}", answer.entity.get(str(name)))


def _without_references(trial: Trial, body: dict[str, Any]) -> dict[str, Any]:
    """A body without those references that may be left out."""
    pointing = {n for n, v in body.items() if isinstance(v, dict) and "id" in v}
    return {n: v for n, v in body.items() if n in trial.spec.mandatory or n not in pointing}


def _later(trial: Trial) -> set[str]:
    """Attributes that may come later, as work goes on."""
    return {n for n in trial.attributes if n not in trial.spec.settable} | {*trial.rules.outcome}


async def _created(trial: Trial) -> Answer:
    answer = await trial.post(await trial.minimal())
    require(answer.status == 201, f"could not create: {answer}")
    return answer


def _path(url: str) -> str:
    parts = urlsplit(url)
    return parts.path.rstrip("/") + (f"?{parts.query}" if parts.query else "")


def _plain(text: object) -> str:
    """A state without case and blanks (L-620-1)."""
    return str(text).replace(" ", "").lower()


def _clock(answer: Answer) -> int:
    """The server's own time, if it says; else the kit's."""
    try:
        moment = parsedate_to_datetime(answer.headers["date"])
    except (KeyError, ValueError):
        return now()
    return int(moment.timestamp() * 1_000_000)
