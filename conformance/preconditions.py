"""What nearly every check takes for granted, tried once: each that fails is one failure, told by
one check, and what depends on it is *not judged because of* it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from conformance.bodies import Unbuildable
from conformance.check import Check
from conformance.client import Answer, NoAnswer
from conformance.hubs import callback, register
from conformance.outcomes import NotApplicable, Skipped
from conformance.parents import NoParent, settle
from conformance.results import Outcome, Result
from conformance.trial import Trial

BECAUSE = "not judged because of "
#: The checks that tell of a resource that is not there, and of one that cannot be created.
OFFERED = "operations.operations_are_offered"
CREATED = "creation.minimal_body_is_created"
#: That which tells of a hub that is not there, and what those that need one begin with.
REGISTERED = "hub.callback_is_registered"
HEARING = ("hub.", "events.", "event_")
#: Those that judge nothing but the media type of lists, which every exchange is asked for.
_MEDIA = frozenset({"retrieval.answers_are_json"})
_LABELLED = "invariants.bodies_are_json"


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A precondition that failed: which operations it takes away (none for all), and who tells."""

    why: str
    needs: frozenset[str] = frozenset()
    teller: str = ""
    #: The only checks it concerns, where it is not the operations that it takes away.
    checks: frozenset[str] = frozenset()
    #: What the names of the checks begin with that it concerns, likewise.
    topics: tuple[str, ...] = ()
    #: Whether whatever may change anything is taken away.
    writes: bool = False

    def blocks(self, check: Check) -> bool:
        """Whether a check could tell nothing but this again."""
        if self.writes:
            return "read-only" not in check.profiles and not check.last
        if check.name == self.teller:
            return False
        if self.checks or self.topics:
            return check.name in self.checks or check.name.startswith(self.topics)
        if check.scope == "api":
            return False
        return not self.needs or bool(self.needs & set(check.needs))


async def hub_obstacles(trial: Trial) -> tuple[Obstacle, ...]:
    """What stands in the way of judging a hub and its events: that it takes no callback.

    One that has its only listener already (R-1005) is no obstacle.
    """
    try:
        answer = await register(trial, await callback(trial))
    except (NoAnswer, Skipped, NotApplicable):
        return ()
    if answer.ok or answer.status == 409:
        return ()
    missing = answer.status in (404, 405, 501)
    why = "a hub that is not there" if missing else "a hub that takes no callback of the kit"
    told = Obstacle(f"{why}: POST answers {_said(answer)}", teller=REGISTERED, topics=HEARING)
    return (told,)


async def obstacles(trial: Trial, *, writes: bool) -> tuple[Obstacle, ...]:
    """What stands in the way of judging a resource; a server that falls silent says nothing."""
    try:
        await settle(trial)
    except NoParent as reason:
        return (Obstacle(f"a parent that is not there: {reason}"),)
    except NoAnswer:
        return ()
    try:
        found = await _to_read(trial)
        if not found and writes and trial.offers("create"):
            found = await _to_create(trial)
    except (NoAnswer, Skipped):
        return ()
    return found


def told(results: Iterable[Result]) -> tuple[str, ...]:
    """What was not judged because of something else, a sentence for each cause."""
    counted: Counter[str] = Counter()
    resources: dict[str, list[str]] = {}
    for result in results:
        if result.outcome is Outcome.SKIPPED and result.reason.startswith(BECAUSE):
            cause = result.reason.removeprefix(BECAUSE)
            counted[cause] += 1
            resources.setdefault(cause, []).append(result.resource)
    return tuple(
        f"{count} checks of {', '.join(dict.fromkeys(resources[cause]))} were {BECAUSE}{cause}"
        for cause, count in counted.items()
    )


def blocking(found: Mapping[str, tuple[Obstacle, ...]], check: Check, place: str) -> str:
    """Why a check of a collection is not judged; empty when it can be."""
    why = next((o.why for o in found.get(place, ()) if o.blocks(check)), "")
    return f"{BECAUSE}{why}" if why else ""


async def _to_read(trial: Trial) -> tuple[Obstacle, ...]:
    if not trial.offers("list"):
        return ()
    listed = await trial.list({"limit": "1"})
    if listed.status in (404, 405, 501):
        return (Obstacle(f"a resource that is not there: its list answers {listed.status}",
                         teller=OFFERED),)  # fmt: skip
    if listed.status in (401, 403):
        return (Obstacle(f"rights that the kit lacks: its list answers {listed.status}"),)
    if listed.status >= 500:
        return (Obstacle(f"a list that answers {listed.status}", frozenset({"list"})),)
    media = listed.headers.get("content-type", "").partition(";")[0].strip().lower()
    if listed.ok and listed.json is not None and media != "application/json":
        why = f"a media type that is none of JSON: {media or 'no Content-Type'}"
        return (Obstacle(why, teller=_LABELLED, checks=_MEDIA),)
    return ()


async def _to_create(trial: Trial) -> tuple[Obstacle, ...]:
    try:
        answer = await trial.post(await trial.minimal())
    except Unbuildable as reason:
        return (Obstacle(str(reason), frozenset({"create"})),)
    if answer.status < 300:
        return ()
    needs, refusal = frozenset({"create"}), f"a smallest body that is refused: {_said(answer)}"
    if answer.status in (401, 403):
        why = f"rights that the kit lacks: POST answers {answer.status}"
        return (Obstacle(why, writes=True),)
    return (Obstacle(refusal, needs, CREATED),)


def _said(answer: Answer) -> str:
    reason = answer.entity.get("reason")
    return f"{answer.status} {reason}".strip() if isinstance(reason, str) else str(answer.status)
