"""What belongs to one version of an API alone: its names and its listeners (V-709, V-801)."""

from urllib.parse import quote

from conformance.both import face, version, ways
from conformance.check import TWO_VERSIONS, check
from conformance.hubs import callback, registered
from conformance.outcomes import applies, demand, require
from conformance.searching import listed_ids, scalars, spelt
from conformance.trial import Trial

_BOTH = (TWO_VERSIONS,)


@check(
    "V-709",
    title="A name that one version alone declares finds nothing in the other",
    needs=("create", "list", "retrieve"),
    profiles=_BOTH,
)
async def names_are_of_the_version(trial: Trial) -> None:
    tried = 0
    for here, there in ways(trial):
        record = await here.make(await here.full())
        await face(there, record)
        mine = f"id={quote(str(record['id']), safe='')}"
        seen = await here.look(record["id"])
        alone = (here.attributes.keys() - there.attributes.keys()) & seen.keys()
        for path, value in scalars({name: seen[name] for name in sorted(alone)}):
            query = f"{mine}&{path}={spelt(value)}"
            if listed_ids(await here.list(query)) == [record["id"]]:
                tried += 1
                answer = await there.list(query)
                fine = answer.refused or not answer.entities
                demand(fine, f"no record by {path} in {version(there)}", answer)
    applies(tried, "no version has a name of its own to search by")


@check(
    "V-801",
    title="A registration is known in the version alone that it was made in",
    profiles=_BOTH,
    scope="api",
)
async def registrations_are_of_the_version(trial: Trial) -> None:
    for here, there in ways(trial):
        made = await registered(here, await callback(here))
        own = str(made.entity.get("id"))
        require(own, "the registration has no id")
        for method in ("GET", "DELETE"):
            answer = await there.send(method, f"/hub/{quote(own, safe='')}")
            demand(answer.refused, f"404 for {method} in {version(there)}", answer)
