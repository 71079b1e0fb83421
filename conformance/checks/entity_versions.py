"""Several versions of one catalogue entity (R-1301 to R-1305, R-620-08)."""

from typing import Any
from urllib.parse import quote, urlsplit

from conformance.check import check
from conformance.outcomes import applies, demand, require
from conformance.trial import Trial
from tmf_apis.spec.types import Kind

Json = dict[str, Any]


@check(
    "R-1304",
    "R-620-08",
    "R-1301",
    title="POST with a known id and a new version creates it",
    needs=("create", "retrieve"),
)
async def new_version_is_created(trial: Trial) -> None:
    first = await _first(trial)
    answer = await trial.post(await trial.minimal(id=first["id"], version="2.0"))
    demand(answer.status == 201, "201", answer)
    got = (answer.entity.get("id"), answer.entity.get("version"))
    demand(got == (first["id"], "2.0"), f"{first['id']} in version 2.0", got)


@check(
    "R-1304",
    title="POST with a known id and version is refused with 409",
    needs=("create", "retrieve"),
)
async def known_version_is_refused(trial: Trial) -> None:
    first = await _first(trial)
    answer = await trial.post(await trial.minimal(id=first["id"], version="1.0"))
    demand(answer.status in (409, 400, 422), "409", answer)


@check(
    "R-1302", "R-1305", title="GET of the id gives the latest version", needs=("create", "retrieve")
)
async def latest_is_current(trial: Trial) -> None:
    first = await _versions(trial, "9.0", "10.0")
    seen = await trial.look(first["id"])
    demand(seen.get("version") == "10.0", "version 10.0", seen.get("version"))


@check(
    "R-1302",
    title="A search by id gives all versions, with version one of them",
    needs=("create", "retrieve", "list"),
)
async def versions_are_listed(trial: Trial) -> None:
    first = await _versions(trial, "2.0")
    answer = await trial.list({"id": first["id"]})
    got = sorted(str(r.get("version")) for r in answer.entities)
    demand(got == ["1.0", "2.0"], "versions 1.0 and 2.0", got)
    one = await trial.list({"id": first["id"], "version": "1.0"})
    got = [str(r.get("version")) for r in one.entities]
    demand(got == ["1.0"], "an array with version 1.0", got)


@check(
    "R-1303",
    title="/{id}:(version=1.0) and ?version=1.0 address one version",
    needs=("create", "retrieve"),
)
async def one_version_is_addressed(trial: Trial) -> None:
    first = await _versions(trial, "2.0")
    for path in (
        _of(trial, first, "1.0"),
        _of(trial, first, "1.0", "VERSION"),
        f"{trial.item(first['id'])}?version=1.0",
    ):
        answer = await trial.send("GET", path)
        got = answer.entity.get("version")
        demand(answer.status == 200 and got == "1.0", f"version 1.0 at {path}", answer)


@check("R-1303", title="href of a version leads to that version", needs=("create", "retrieve"))
async def href_leads_to_the_version(trial: Trial) -> None:
    first = await _first(trial)
    second = (await trial.post(await trial.minimal(id=first["id"], version="0.5"))).entity
    require(isinstance(second.get("href"), str), "the second version was not created")
    base, parts = urlsplit(trial.session.client.base), urlsplit(second["href"])
    query = f"?{parts.query}" if parts.query else ""
    answer = await trial.send("GET", f"{base.scheme}://{base.netloc}{parts.path}{query}")
    demand(answer.entity.get("version") == "0.5", "version 0.5", answer)


@check(
    "R-1303",
    title="PATCH of one version changes it alone; plain PATCH the latest",
    needs=("create", "retrieve", "patch"),
)
async def one_version_is_patched(trial: Trial) -> None:
    name = trial.patchable(Kind.TEXT)
    first = await _versions(trial, "2.0")
    older = await trial.send(
        "PATCH", _of(trial, first, "1.0"), {name: "kit old"}, media="application/merge-patch+json"
    )
    demand(older.ok and older.entity.get("version") == "1.0", "version 1.0 changed", older)
    newer = await trial.patch(first["id"], {name: "kit new"})
    demand(newer.ok and newer.entity.get("version") == "2.0", "version 2.0 changed", newer)
    seen = await trial.send("GET", _of(trial, first, "1.0"))
    demand(seen.entity.get(name) == "kit old", f"{name}: kit old", seen)


@check(
    "R-1303",
    title="DELETE of one version leaves the others",
    needs=("create", "retrieve", "delete"),
)
async def one_version_is_deleted(trial: Trial) -> None:
    first = await _versions(trial, "2.0")
    answer = await trial.send("DELETE", _of(trial, first, "2.0"))
    demand(answer.status == 204, "204", answer)
    seen = await trial.get(first["id"])
    demand(seen.entity.get("version") == "1.0", "version 1.0", seen)


async def _first(trial: Trial) -> Json:
    """An entity in version 1.0, with an id that the kit chose."""
    applies(trial.rules.versioned, f"{trial.spec.name} has no versions that share an id")
    first = await trial.make(id=f"kit-{trial.fresh()}", version="1.0")
    require(first.get("version") == "1.0", "version is not stored")
    return first


async def _versions(trial: Trial, *versions: str) -> Json:
    """The same with further versions; versions under one id are optional (R-1301)."""
    first = await _first(trial)
    for version in versions:
        answer = await trial.post(await trial.minimal(id=first["id"], version=version))
        same = answer.status == 201 and answer.entity.get("id") == first["id"]
        applies(same, "several versions under one id are not offered")
    return first


def _of(trial: Trial, record: Json, version: str, keyword: str = "version") -> str:
    return f"{trial.item(record['id'])}:({keyword}={quote(version)})"
