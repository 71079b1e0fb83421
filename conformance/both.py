"""One resource through two versions of its API: what a check of both does with it."""

from collections.abc import Iterator

from conformance.free_attributes import free_attributes
from conformance.likeness import equal
from conformance.outcomes import applies, require
from conformance.resource import Json
from conformance.trial import Trial
from tmf_apis.spec.types import Kind


def ways(trial: Trial) -> Iterator[tuple[Trial, Trial]]:
    """The version that is written with the one that is looked at, one way and the other."""
    applies(trial.other, "the run is about one version")
    assert trial.other is not None
    yield trial, trial.other
    yield trial.other, trial


def version(trial: Trial) -> str:
    """How a report calls the version of a trial."""
    return trial.api.major


async def told(here: Trial, there: Trial, name: str) -> Json:
    """A record that was made through the version looked at with a text, and shows in the other."""
    record = await there.make(await there.full(**{name: "kit before"}))
    await face(here, record)
    return record


async def face(trial: Trial, record: Json) -> Json:
    """A record as a version shows it now; that it shows it at all is V-1."""
    answer = await trial.get(str(record["id"]))
    require(answer.status == 200, f"what the other version made is not in {version(trial)}")
    return answer.entity


def shared_text(here: Trial, there: Trial) -> str:
    """A text that clients may set and change freely, of one name in both versions."""
    names = [set(_free_texts(side)) for side in (here, there)]
    name = next((n for n in _free_texts(here) if all(n in some for some in names)), None)
    applies(name, f"{here.spec.name} has no text that both versions let clients change freely")
    return str(name)


def changed(trial: Trial, before: Json, after: Json) -> list[str]:
    """The attributes that differ, without those that a server changes by itself."""
    names = sorted((before.keys() | after.keys()) - trial.moving)
    return [name for name in names if not equal(before.get(name), after.get(name))]


def _free_texts(trial: Trial) -> list[str]:
    names = free_attributes(trial.spec, trial.rules, Kind.TEXT)
    return [name for name in names if name not in trial.spec.not_patchable]
