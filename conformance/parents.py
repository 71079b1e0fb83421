"""Nested collections, each within a real parent: `/shelf/42/book` for `/shelf/{shelfId}/book`.

The parent is made for a run, or found among the records that are there, before the first check; all
checks of the nested resource share it.
"""

from conformance.outcomes import Skipped
from conformance.resource import collection, nested
from conformance.trial import Trial
from tmf_apis.spec.model import ApiSpec, ResourceSpec


class NoParent(Skipped):
    """There is no record in which a nested collection could be asked for."""


async def settle(trial: Trial) -> None:
    """Have a nested collection stand in a parent that the run shares; raises `NoParent`."""
    at = collection(trial.spec)
    if nested(trial.spec) and at not in trial.shared.places:
        trial.shared.places[at] = await _within(trial, kept=True)


async def settle_alone(trial: Trial) -> None:
    """Have it stand in a parent that is this trial's, and goes with it."""
    if nested(trial.spec):
        trial.place = await _within(trial, kept=False)


async def _within(trial: Trial, *, kept: bool) -> str:
    """The path of a nested collection in a real parent."""
    spec = trial.spec
    steps = [step.strip("{}") for step in spec.segments if step.startswith("{")]
    said = trial.shared.bodies.fixture(spec).within
    if set(steps) <= said.keys():
        return collection(spec).format(**said)
    holder = parent_of(trial.api, spec)
    if holder is None or spec.segments[-1].startswith("{"):
        whose = f"the file does not say whose {spec.name} they are"
        raise NoParent(f"{whose}: give {' and '.join(steps)} in the fixtures (within)")
    parent = Trial(trial.shared, holder, trial.session, trial.created, leaving=trial.leaving)
    await (settle(parent) if kept else settle_alone(parent))
    return f"{parent.item(await _some(parent, kept=kept))}/{spec.segments[-1]}"


def parent_of(api: ApiSpec, spec: ResourceSpec) -> ResourceSpec | None:
    """The resource that a nested collection stands in, where the file has it."""
    return next((other for other in api.resources if other.segments == spec.segments[:-2]), None)


async def _some(parent: Trial, *, kept: bool) -> str:
    """The id of a record to stand in: a new one, which may outlive the trial, else one there is."""
    if parent.offers("create") and parent.options.profile != "read-only":
        before = len(parent.created)
        try:
            made = await parent.make()
        except Skipped as reason:
            raise NoParent(str(reason)) from reason
        if kept:
            parent.keep(before)
        return str(made["id"])
    existing = list(parent.shared.bodies.fixture(parent.spec).existing)
    if not existing and parent.offers("list"):
        listed = await parent.list({"limit": "1"})
        existing = [str(record["id"]) for record in listed.entities[:1] if "id" in record]
    if not existing:
        raise NoParent(
            f"there is no {parent.spec.name} to stand in; name one in the fixtures (existing)"
        )
    return existing[0]
