"""Servers that write rightly what anybody would try first, and wrongly what comes next."""

from tests.conformance.flawed_servers.exchange import Answered, Asked, Server, answer, refusal
from tests.conformance.flawed_servers.flaw import flaw
from tests.conformance.flawed_servers.slips import (
    Slip,
    Slips,
    body,
    creating,
    header,
    holding,
    patching,
    reading,
    showing,
    status,
    turning,
)
from tests.handlers.facts import Json

ON, CUSTOMERS = "TMF639 v5 resource", "TMF629 v5 customer"


def _nulls(body_: Json) -> list[str]:
    return [name for name, value in body_.items() if value is None]


def _typed(body_: Json) -> Json:
    return {n: {"@type": "PartyRef", **v} if isinstance(v, dict) else v for n, v in body_.items()}


@flaw("R-815", "R-103", "R-302", "R-8*", on=ON)
async def a_deletion_takes_the_neighbour(asked: Asked, server: Server) -> Answered:
    """Deletes a record, and hides the one that was made after it."""
    made: list[str] = server.memory.setdefault("made", [])
    hidden: set[str] = server.memory.setdefault("hidden", set())
    own = asked.path.rpartition("/")[2]
    if asked.reads and own in hidden:
        return refusal(404, "Not found")
    answered = await server(asked)
    if asked.creates and answered.ok and "id" in answered.json:
        made.append(answered.json["id"])
    if asked.deletes and answered.ok and own in made:
        # Others write as well: one of the next few is the neighbour.
        after = made.index(own) + 1
        hidden.update(made[after : after + 4])
    return answered


def _json_patch(asked: Asked) -> bool:
    return asked.patches and "json-patch" in asked.header("content-type")


Slips(__name__, ON, ("R-302",)).register(
    [
        Slip(
            "a_sent_href_is_stored",
            "Stores the href that a client sends.",
            "R-704",
            creating(holds=lambda resource: "href" in resource),
            lambda asked, answered: holding(href=asked.json["href"])(asked, answered),
            also=("R-103", "R-104"),
        ),
        Slip(
            "the_type_of_old_files_is_a_base",
            "Calls every resource an entity when the client gives no class.",
            "R-705",
            showing("resource"),
            turning("@type", "Resource", "Entity"),
            also=("R-1101", "R-412", "R-1102", "R-8*", "R-4*"),
            on="TMF639 v4 resource",
        ),
        Slip(
            "unknown_references_are_not_found",
            "Refuses a reference to what it does not know.",
            "R-706",
            creating(holds=lambda resource: "relatedParty" in resource or "place" in resource),
            status(404),
            also=("R-1*", "R-7*", "R-8*", "R-3*", "R-4*", "S-001"),
        ),
        Slip(
            "a_chosen_id_is_forbidden",
            "Answers 403 to an id that a client chooses.",
            "R-708",
            creating(holds=lambda resource: "id" in resource),
            status(403),
        ),
        Slip(
            "null_is_a_value_of_its_own",
            "Refuses null in a POST.",
            "R-1207",
            creating(holds=lambda resource: _nulls(resource) and "@type" in resource),
            status(400),
        ),
        Slip(
            "an_unknown_schema_stops_a_record",
            "Refuses a record whose schema it does not know.",
            "R-1104",
            creating(holds=lambda resource: "@schemaLocation" in resource),
            status(400),
            also=("R-1*", "R-3*"),
        ),
        Slip(
            "unknown_attributes_are_forbidden",
            "Answers 403 to an attribute that it does not know.",
            "R-1105",
            creating(holds=lambda resource: isinstance(resource.get("kitExtra"), dict)),
            status(403),
        ),
        Slip(
            "expect_is_a_failure",
            "Answers 412 to a client that would wait (Expect).",
            "R-905",
            lambda asked: asked.creates and asked.header("expect"),
            status(412),
            also=("R-903",),
        ),
        Slip(
            "a_later_answer_leads_nowhere",
            "Answers 202 to a client that would wait, and does not say where to look.",
            "R-903",
            lambda asked: asked.creates and asked.header("expect"),
            lambda asked, answered: header("location", "")(asked, answered.with_status(202)),
            also=("R-905", "R-201", "R-701"),
        ),
        Slip(
            "markup_is_processed",
            "Answers 422 to a body that says it is no JSON.",
            "R-110",
            lambda asked: asked.creates and "xml" in asked.header("content-type"),
            status(422),
        ),
        Slip(
            "a_change_is_answered_and_dropped",
            "Answers a change as carried out, and keeps what was there.",
            "R-813",
            lambda asked: asked.reads and "fields" not in asked.parameters,
            lambda asked, answered: answered.each(
                lambda e: e | {n: "kit before" for n, v in e.items() if v == "kit after"}
            ),
            also=("R-8*", "R-112", "R-302"),
        ),
        Slip(
            "a_value_again_is_a_conflict",
            "Refuses to set a value that is set already.",
            "R-801",
            patching(lambda change: "kit" in change.values()),
            status(409),
            also=("R-1*", "R-209"),
        ),
        Slip(
            "a_broken_patch_is_a_conflict",
            "Answers 409 to a patch that is no JSON.",
            "R-206",
            lambda asked: asked.patches and asked.json is None,
            status(409),
            also=("R-710",),
        ),
        Slip(
            "a_patch_may_change_the_class",
            "Lets a patch name another base class.",
            "R-810",
            patching(lambda change: "@baseType" in change),
            lambda asked, answered: holding(**asked.json)(asked, answered),
            ask=lambda asked: asked.reading(),
            also=("R-811", "R-1101"),
        ),
        Slip(
            "a_patch_of_the_class_is_forbidden",
            "Answers 403 to a patch that names another base class.",
            "R-811",
            patching(lambda change: "@baseType" in change),
            status(403),
            also=("R-810", "R-1101"),
        ),
        Slip(
            "a_json_patch_moves_the_id",
            "Lets a JSON Patch change the id in the answer.",
            "R-810",
            lambda asked: _json_patch(asked) and b"/id" in asked.body,
            lambda asked, answered: answer({"id": "kit-forged", "href": "/1", "@type": "Resource"}),
            also=("R-811", "R-8*"),
        ),
        Slip(
            "a_value_as_it_is_cannot_be_sent",
            "Refuses a patch that repeats what no patch may change.",
            "R-811",
            patching(lambda change: set(change) & {"id", "href"}),
            status(400),
            also=("R-810", "R-808", "R-8*"),
        ),
    ]
)

Slips(__name__, CUSTOMERS, ("R-302",)).register(
    [
        Slip(
            "blank_texts_are_values",
            "Takes a blank for the value of a mandatory attribute.",
            "R-703",
            creating("customer", lambda c: c.get("name") == " "),
            ask=body(lambda c: c | {"name": "blank"}),
            also=("R-812",),
        ),
        Slip(
            "parts_need_no_class",
            "Takes a party without its class.",
            "R-707",
            creating("customer", lambda c: isinstance(c.get("engagedParty"), dict)
                     and "@type" not in c["engagedParty"]),
            ask=body(_typed),
            also=("R-722", "R-703"),
        ),
    ]
)  # fmt: skip

Slips(__name__, ON, ("R-302", "R-8*")).register(
    [
        Slip(
            "a_patch_takes_more_away",
            "Drops the category of a record when another attribute is patched.",
            "R-801",
            lambda asked: asked.patches or reading(asked),
            lambda asked, answered: (
                answered.each(lambda e: {k: v for k, v in e.items() if k != "category"})
                if asked.patches or b"kit after" in answered.body
                else answered
            ),
            also=("R-7*", "R-6*"),
        ),
        Slip(
            "a_path_in_a_patch_picks_nothing",
            "Answers a patch by JSONPath as carried out, and changes nothing.",
            "R-806",
            lambda asked: asked.patches and b'"$.' in asked.body,
            status(200),
            ask=lambda asked: asked.reading(),
            also=("R-804", "R-805"),
        ),
        Slip(
            "a_collection_cannot_be_patched_quietly",
            "Moves a patch of a collection elsewhere.",
            "R-817",
            lambda asked: asked.method == "PATCH" and asked.on_list,
            lambda asked, answered: Answered(307, (("location", f"{asked.path}/1"),)),
            also=("R-107",),
        ),
        Slip(
            "records_are_not_deleted",
            "Has no DELETE.",
            "R-130",
            lambda asked: asked.deletes,
            status(501),
            also=("R-815", "R-209", "R-112", "R-201", "R-13*"),
        ),
    ]
)
