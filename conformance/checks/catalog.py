"""What the product catalogue adds (R-620-*), and further rules of single APIs."""

from copy import deepcopy
from typing import Any

from conformance.check import BOTH, check
from conformance.outcomes import NotApplicable, applies, demand, require
from conformance.trial import Trial

Json = dict[str, Any]
#: Sub-resources of which one API says what they need.
_DEMANDING = {
    "engagedParty": "R-629-01", "serviceOrderItem": "R-641-01", "billingAccount": "R-678-04",
    "resourceRelationship": "R-639-06",
}  # fmt: skip
_CATALOGUE = frozenset(["productOffering", "productOfferingPrice", "productSpecification"])


@check(
    "R-620-01",
    title="id, href, lastUpdate, lifecycleStatus and name are always there",
    needs=("create", "retrieve"),
    profiles=("mandatory",),
)
async def essentials_are_there(trial: Trial) -> None:
    applies(trial.spec.name in _CATALOGUE, "it is no offering, price or specification")
    seen = await trial.look((await trial.make())["id"])
    missing = [n for n in ("id", "href", "lastUpdate", "lifecycleStatus", "name") if n not in seen]
    demand(not missing, "all five", f"without {', '.join(missing)}")


@check(
    "R-620-12",
    title="Offerings, prices and specifications need no catalogue",
    needs=("create", "list"),
)
async def catalogues_are_not_needed(trial: Trial) -> None:
    applies(trial.spec.name in _CATALOGUE, "it is no offering, price or specification")
    record = await trial.make()
    found = await trial.list({"id": record["id"]})
    demand(any(r.get("id") == record["id"] for r in found.entities), "the record", found)


@check(
    "R-620-05",
    "R-620-02",
    "R-620-03",
    "R-620-04",
    title="A bundle that bundles nothing is stored, or refused with 400",
    needs=("create",),
)
async def empty_bundles(trial: Trial) -> None:
    applies(trial.spec.name in _CATALOGUE, "it is no offering, price or specification")
    applies("isBundle" in trial.spec.settable, "it has no isBundle")
    answer = await trial.post(await trial.minimal(isBundle=True))
    demand(answer.status in (201, 202, 400, 422), "201 or 400", answer)


@check("R-620-07", title="A category may have a parent", needs=("create", "retrieve"))
async def categories_have_parents(trial: Trial) -> None:
    applies(trial.spec.name == "category", "it is no category")
    above = await trial.make()
    if "parentId" in trial.spec.settable:
        record = await trial.make(parentId=above["id"], isRoot=False)
        got = (await trial.look(record["id"])).get("parentId")
        demand(got == above["id"], f"parentId {above['id']}", got)
        return
    applies("parent" in trial.spec.settable, "it has no parent")
    parent = trial.shared.bodies.reference(trial.spec, "parent", above["id"])
    record = await trial.make(parent=parent)
    got = (await trial.look(record["id"])).get("parent")
    demand(isinstance(got, dict) and got.get("id") == above["id"], f"parent {above['id']}", got)


@check(
    "R-703",
    "R-620-13",
    "R-622-15",
    "R-629-01",
    "R-629-04",
    "R-641-01",
    "R-1107",
    "R-1111",
    "R-678-04",
    "R-639-06",
    "R-722",
    title="What a sub-resource must have is demanded where the sub-resource is given",
    needs=("create",),
)
async def sub_resources_are_whole(trial: Trial) -> None:
    body = await trial.full()
    require((await trial.post(body)).status in (201, 202), "a full body is refused as well")
    schema = str(trial.spec.create_schema)
    tried = 0
    # A pattern is no whole alarm: it holds what is to be compared (R-642-06).
    for name in sorted(body.keys() - {"alarmPattern"}):
        for broken, what in _broken(body, name):
            faults = trial.shared.shapes.faults(schema, broken)
            if tried < 8 and any(fault.rule == "R-709" for fault in faults):
                answer = await trial.post(broken)
                fine = answer.status in (400, 422)
                demand(fine, f"400 without {what}", answer, *_rules_of(name, what))
                tried += 1
                break
    if not tried:
        raise NotApplicable("the file demands nothing of its sub-resources")


@check(
    "R-639-01",
    "R-639-02",
    title="Physical and logical resources share a collection",
    needs=("create", "retrieve"),
    versions=BOTH,
)
async def both_classes_are_stored(trial: Trial) -> None:
    applies(trial.spec.name == "resource", "it is no resource")
    for kind, extra in (
        ("PhysicalResource", {"serialNumber": "kit"}),
        ("LogicalResource", {"value": "kit"}),
    ):
        record = await trial.make(**{"@type": kind, **extra})
        seen = await trial.look(record["id"])
        wanted = {"@type": kind, **extra}
        demand({n: seen.get(n) for n in wanted} == wanted, str(wanted), seen)


@check("R-629-05", title="A customer is a party role", needs=("create", "retrieve"))
async def customer_is_a_role(trial: Trial) -> None:
    applies(trial.spec.name == "customer" and trial.spec.typed, "it is no customer of v5")
    record = await trial.make(**{"@baseType": "PartyRole", "description": "kit"})
    seen = await trial.look(record["id"])
    got = (seen.get("@baseType"), seen.get("description"))
    demand(got == ("PartyRole", "kit"), "@baseType and description", got)


@check("R-629-03", title="statusReason is kept with status", needs=("create", "retrieve"))
async def reason_is_kept(trial: Trial) -> None:
    applies("statusReason" in trial.spec.settable, "it has no statusReason")
    record = await trial.make(status="Created", statusReason="kit reason")
    got = (await trial.look(record["id"])).get("statusReason")
    demand(got == "kit reason", "statusReason: kit reason", got)


@check("R-638-03", title="serviceDate is set at creation", needs=("create", "retrieve"))
async def service_is_dated(trial: Trial) -> None:
    applies(trial.spec.name == "service", "it is no service")
    body = await trial.minimal()
    body.pop("serviceDate", None)
    got = (await trial.look((await trial.make(body))["id"])).get("serviceDate")
    demand(got, "serviceDate", got)


@check("R-622-13", "R-638-05", title="Digits in texts stay texts", needs=("create", "retrieve"))
async def digits_stay_texts(trial: Trial) -> None:
    name = next((n for n in ("priority", "startMode") if n in trial.spec.settable), None)
    applies(name, "it has neither priority nor startMode")
    record = await trial.make(**{str(name): "3"})
    got = (await trial.look(record["id"])).get(str(name))
    demand(got == "3", f"{name}: '3'", repr(got))


def _rules_of(name: str, what: str) -> list[str]:
    """The rules by which a sub-resource needs a member."""
    rules = ["R-703", "R-722", "R-620-13", "R-622-15", "R-629-04"]
    rules += [_DEMANDING[name]] if name in _DEMANDING else []
    rules += ["R-1107"] if what.endswith(".id") else []
    return rules + (["R-1111"] if name.endswith("haracteristic") else [])


def _broken(body: Json, name: str) -> list[tuple[Json, str]]:
    """The body with one member of one sub-resource left out, in each way."""
    value = body[name]
    whole = value[0] if isinstance(value, list) and value else value
    if not isinstance(whole, dict):
        return []
    found = []
    for member in whole:
        if member.startswith("@"):
            continue
        changed = deepcopy(body)
        place = changed[name]
        del (place[0] if isinstance(place, list) else place)[member]
        found.append((changed, f"{name}.{member}"))
    return found
