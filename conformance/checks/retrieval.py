"""What GET answers, of one record and of a list (R-201, R-209, R-302, R-606, R-1205)."""

from urllib.parse import quote

from conformance.check import check
from conformance.likeness import unlike
from conformance.outcomes import applies, demand, require
from conformance.searching import found_ids
from conformance.sub_classes import sub_class
from conformance.trial import Trial


@check(
    "R-201",
    title="GET of a record answers 200 and that record",
    needs=("retrieve",),
    profiles=("mandatory", "read-only"),
)
async def record_is_read(trial: Trial) -> None:
    record = await trial.record()
    answer = await trial.get(str(record["id"]))
    demand(answer.status == 200, "200", answer)
    demand(answer.entity.get("id") == record["id"], f"id {record['id']}", answer)


@check(
    "R-201",
    title="GET of a list answers 200 and an array",
    needs=("list",),
    profiles=("mandatory", "read-only"),
)
async def list_is_read(trial: Trial) -> None:
    answer = await trial.list({"limit": "5"})
    demand(answer.status in (200, 206), "200 or 206", answer)
    demand(isinstance(answer.json, list), "an array", answer)


@check(
    "R-109",
    title="Answers are application/json",
    needs=("list",),
    profiles=("mandatory", "read-only"),
)
async def answers_are_json(trial: Trial) -> None:
    answer = await trial.list({"limit": "1"})
    require(answer.ok, f"the list was refused: {answer}")
    media = answer.headers.get("content-type", "")
    demand(media.partition(";")[0].strip() == "application/json", "application/json", media)


@check(
    "R-302",
    title="A list without fields gives complete records",
    needs=("list", "retrieve"),
    profiles=("read-only",),
)
async def listed_records_are_complete(trial: Trial) -> None:
    cohort = await trial.searchable()
    listed = {r["id"]: r for r in (await trial.list(cohort.query)).entities}
    record = cohort.records[0]
    found = listed.get(record["id"], {})
    demand(
        not (missing := sorted(record.keys() - found.keys())),
        "the complete record",
        f"without {', '.join(missing)}",
    )


@check(
    "R-606",
    title="A list without paging parameters holds every match",
    needs=("list",),
    profiles=("read-only",),
)
async def every_match_is_listed(trial: Trial) -> None:
    cohort = await trial.cohort()
    answer = await trial.list(cohort.query)
    require(answer.status in (200, 206), f"the list was refused: {answer}")
    found = found_ids(answer)
    missing = sorted(set(cohort.ids) - found)
    demand(not missing, f"{len(cohort.ids)} records", f"a list without {', '.join(missing)}")


@check("R-103", title="No id stands twice in a list", needs=("list",), profiles=("read-only",))
async def ids_are_unique(trial: Trial) -> None:
    await trial.cohort()  # Of a list of nothing this would say nothing.
    answer = await trial.list({"limit": "50"})
    require(answer.ok, f"the list was refused: {answer}")
    seen = [(r.get("id"), r.get("version")) for r in answer.entities]
    twice = sorted({str(i) for i, _ in seen if sum(i == o for o, _ in seen) > 1})
    versioned = trial.rules.versioned
    demand(versioned or not twice, "ids that are unique", f"twice {', '.join(twice)}")


@check(
    "R-209",
    title="GET of an unknown id answers 404",
    needs=("retrieve",),
    profiles=("mandatory", "read-only"),
)
async def unknown_id_is_not_found(trial: Trial) -> None:
    answer = await trial.get(trial.fresh())
    demand(answer.status == 404, "404", answer)


@check(
    "R-209",
    title="A search without a match answers 200 and an empty array",
    needs=("list",),
    profiles=("read-only",),
)
async def no_match_is_an_empty_list(trial: Trial) -> None:
    answer = await trial.list({"id": trial.fresh()})
    demand(answer.status == 200, "200", answer)
    demand(answer.json == [], "[]", answer)


@check("R-1205", title="Ids are case-sensitive", needs=("retrieve",), profiles=("read-only",))
async def ids_are_case_sensitive(trial: Trial) -> None:
    record = str((await trial.record())["id"])
    other = record.swapcase()
    applies(other != record, "its ids hold no letters")
    answer = await trial.get(other)
    demand(answer.status == 404, f"404 for {other}", answer)


@check(
    "R-1205",
    title="A percent-encoded id is the same id",
    needs=("retrieve",),
    profiles=("read-only",),
)
async def ids_may_be_encoded(trial: Trial) -> None:
    record = str((await trial.record())["id"])
    encoded = f"%{ord(record[0]):02X}{quote(record[1:], safe='')}"
    applies(record[0].isascii(), "its ids are not plain")
    answer = await trial.send("GET", f"{trial.path}/{encoded}")
    demand(
        answer.status == 200 and answer.entity.get("id") == record, f"the record {record}", answer
    )


@check("R-110", title="A GET that carries a Content-Type is answered", needs=("list",))
async def content_type_on_get_is_taken(trial: Trial) -> None:
    answer = await trial.list({"limit": "1"}, headers={"Content-Type": "application/json"})
    demand(answer.ok, "200", answer)


@check("R-110", title="Accept that excludes JSON is refused with 406", needs=("list",))
async def other_accept_is_refused(trial: Trial) -> None:
    answer = await trial.list({"limit": "1"}, headers={"Accept": "text/x-kit"})
    applies(not answer.ok, "the server does not look at Accept")
    demand(answer.status == 406, "406", answer)


@check("R-110", title="Accept that includes JSON is answered with JSON", needs=("list",))
async def any_accept_gets_json(trial: Trial) -> None:
    for accept in ("*/*", "application/*", "text/html;q=0.5, application/json;q=0.9"):
        answer = await trial.list({"limit": "1"}, headers={"Accept": accept})
        demand(answer.ok and isinstance(answer.json, list), f"JSON for Accept: {accept}", answer)


@check(
    "R-108",
    title="HEAD answers as GET does, without a body",
    needs=("retrieve",),
    profiles=("read-only",),
)
async def head_is_get_without_body(trial: Trial) -> None:
    record = str((await trial.record())["id"])
    answer = await trial.send("HEAD", trial.item(record))
    applies(answer.status not in (404, 405, 501), "HEAD is not offered")
    demand(answer.status == 200 and not answer.content, "200 and no body", answer)


@check(
    "R-108",
    title="HEAD of a list is offered where HEAD of a record is, or not allowed",
    needs=("list", "retrieve"),
    profiles=("read-only",),
)
async def lists_have_a_head_too(trial: Trial) -> None:
    record = str((await trial.record())["id"])
    item = await trial.send("HEAD", trial.item(record))
    applies(item.status == 200, "HEAD is not offered")
    answer = await trial.send("HEAD", f"{trial.path}?limit=1")
    fine = answer.status in (200, 206, 405, 501) and not answer.content
    demand(fine, "200 and no body, or 405", answer)


@check(
    "R-108",
    title="OPTIONS answers with Allow",
    scope="resource",
    needs=("list",),
    profiles=("read-only",),
)
async def options_tell_what_is_allowed(trial: Trial) -> None:
    answer = await trial.send("OPTIONS", trial.path)
    applies(answer.ok, "OPTIONS is not offered")
    allowed = answer.headers.get("allow") or answer.headers.get("access-control-allow-methods", "")
    demand("GET" in allowed.upper(), "Allow with GET", allowed or "no Allow")


@check(
    "R-1102",
    "R-1103",
    title="A sub-class is stored with its own attributes",
    needs=("create", "retrieve"),
)
async def sub_class_is_stored(trial: Trial) -> None:
    record = await trial.make(**sub_class(trial))
    seen = await trial.look(record["id"])
    demand(seen.get("kitExtra") == "kit", "kitExtra: kit", seen.get("kitExtra"), "R-1103")
    demand(seen.get("@type") == sub_class(trial)["@type"], "its @type", seen.get("@type"), "R-1103")


@check("R-1103", title="An attribute of a sub-class can be filtered by", needs=("create", "list"))
async def sub_class_is_found(trial: Trial) -> None:
    text = trial.fresh()
    record = await trial.make(**sub_class(trial) | {"kitExtra": text})
    require(record.get("kitExtra") == text, "the attribute is not stored")
    found = await trial.list({"kitExtra": text})
    demand([r.get("id") for r in found.entities] == [record["id"]], "the one record", found)


@check("R-1103", title="An attribute of a sub-class can be patched", needs=("create", "patch"))
async def sub_class_is_patched(trial: Trial) -> None:
    record = await trial.make(**sub_class(trial))
    require(record.get("kitExtra") == "kit", "the attribute is not stored")
    answer = await trial.patch(record["id"], {"kitExtra": "changed"})
    demand(
        answer.status == 200 and answer.entity.get("kitExtra") == "changed",
        "kitExtra changed",
        answer,
    )


@check(
    "R-1102", title="A list holds sub-classes too, and ?@type= narrows it", needs=("create", "list")
)
async def collection_is_polymorphic(trial: Trial) -> None:
    cohort = await trial.searchable()
    applies(cohort.marker, "it has no free text to find it by")
    text = trial.fresh()
    special = await trial.make(**sub_class(trial) | {str(cohort.marker): text})
    plain = await trial.make(**{str(cohort.marker): text})
    both = await trial.list({str(cohort.marker): text})
    ids = {r.get("id") for r in both.entities}
    demand(ids == {special["id"], plain["id"]}, "both records", both)
    one = await trial.list({str(cohort.marker): text, "@type": special.get("@type", "")})
    demand([r.get("id") for r in one.entities] == [special["id"]], "the sub-class", one, "R-1102")


@check(
    "R-1106",
    title="An unknown @type of a sub-resource is read as its base class",
    needs=("create",),
)
async def unknown_nested_type_is_taken(trial: Trial) -> None:
    applies(trial.spec.typed, "the file does not select by @type")
    applies("relatedParty" in trial.spec.settable, "it has no relatedParty")
    await trial.cohort()
    value = trial.shared.bodies.value(trial.spec, "relatedParty")
    element = value[0] if isinstance(value, list) else value
    element["@type"], element["@baseType"] = "KitRelatedParty", element.get("@type", "Entity")
    answer = await trial.post(await trial.minimal(relatedParty=value))
    demand(answer.status in (201, 202), "201", answer)
    stored = answer.entity.get("relatedParty")
    demand(answer.status == 202 or not unlike(value, stored), str(value), stored)
