"""A run: every check of a profile on every resource, and a report of what came of it.

`judge` is how everybody runs the kit, the command as well as tests::

    report = await judge(api, Options(url="http://127.0.0.1:8080"))

Checks are tried side by side, in no order that they may rely on. A server that hangs costs at
most `Options.deadline`: what was not judged by then ends as a kit error.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from time import monotonic
from urllib.parse import urlsplit

from conformance.blaming import blamed
from conformance.check import Check
from conformance.checks import CHECKS
from conformance.client import TOO_MANY, NoAnswer, Session
from conformance.counterparts import counterpart
from conformance.expectations import said
from conformance.finishing import to_the_end
from conformance.fuzzing import fuzz
from conformance.greeting import NOWHERE, greet
from conformance.instants import timestamp
from conformance.listener import Listener
from conformance.options import Options
from conformance.outcomes import Failed, NotApplicable, Skipped
from conformance.parents import settle_alone
from conformance.preconditions import (
    HEARING,
    Obstacle,
    blocking,
    hub_obstacles,
    obstacles,
    told,
)
from conformance.requirements import minimum
from conformance.resource import collection, nested, operations
from conformance.results import Exchange, Outcome, Report, Result, Target, Verdict
from conformance.shared import Shared, remove, share
from conformance.trial import Trial
from conformance.verdict import untried, verdict_of
from tmf_apis.spec.model import ApiSpec, ResourceSpec

#: Told of each result, with how many there are and how many there will be.
Watch = Callable[[Result, int, int], None]

#: Exchanges kept with a result, the last ones; those of a failure decide.
KEPT, KEPT_OF_FAILURES = 3, 12
#: So many requests that remove what was left behind are told.
REMOVALS = 20
#: So many checks in a row without an answer, and the server is taken for dead.
DEAD = 8


async def judge(
    api: ApiSpec,
    options: Options,
    watch: Watch | None = None,
    other: ApiSpec | None = None,
    stop: asyncio.Event | None = None,
) -> Report:
    """Judge one API of a server; `other` is its other version, for the profile `two-versions`.

    When `stop` is set the run ends: it tidies up, and reports what it has judged.
    Never raises for what the server does: one that cannot be reached gives a report whose
    verdict is `NOT_JUDGED`, with the reason among its notes.
    """
    started = timestamp()
    base = base_url(options.url, api)
    results: list[Result] = []
    notes: list[str] = []
    listener = Listener(options, base)
    shared = share(api, base, options, listener)
    sides, stopped = [shared], False
    if other is not None:
        there = base_url(options.other_url or options.url, other)
        shared.other = share(other, there, options, listener)
        sides.append(shared.other)
        notes.append(f"the other version is {other.major} ({other.version}) at {there}")
    try:
        if not plan(api, options, other):
            notes.append("no check of the profile fits what was asked for")
        elif trouble := [why for s in sides if (why := await greet(s.api, Session(s.client)))]:
            notes += trouble
        else:
            run = _Run(shared, watch)
            results = await run.until(stop or asyncio.Event())
            if stopped := stop is not None and stop.is_set():
                notes.append(f"the run was interrupted: {len(results)} of {run.size} were tried")
            for side in sides:
                await remove(side, Session(side.client), side.kept)
            if options.fuzz and not stopped:
                results.append(await fuzz(api, base, options, options.fuzz))
    finally:
        await listener.close()
        for side in sides:
            await side.client.close()
    notes += [*told(results), *untried(results), *_expected(api, options, results)]
    for side in sides:
        notes += left_behind(side)
    judged = bool(results) and not stopped
    return Report(
        target=target_of(api, base),
        profile=options.profile,
        resources=options.resources,
        only=options.only,
        kit_version=kit_version(),
        started=started,
        finished=timestamp(),
        results=tuple(results),
        verdict=verdict_of(results, options.profile) if judged else Verdict.NOT_JUDGED,
        notes=tuple(notes),
        interrupted=stopped,
    )


def _expected(api: ApiSpec, options: Options, results: Sequence[Result]) -> list[str]:
    """What was expected of the server on its own, where that has been judged."""
    names = {result.resource for result in results}
    sentence = said(options, api, [spec for spec in api.resources if spec.name in names])
    return [sentence] if sentence else []


def left_behind(side: Shared) -> list[str]:
    """What stays of a run, with the requests that remove it where there are any."""
    told = [
        f"{count} records stay in {path} of {side.api.major}: the kit made them, and cannot delete"
        for path, count in sorted(side.left.items())
    ]
    removals = [f"left behind: curl --request DELETE {side.client.base}{p}" for p in side.stranded]
    more = len(removals) - REMOVALS
    return told + removals[:REMOVALS] + ([f"and {more} more like it"] if more > 0 else [])


def absent(report: Report) -> bool:
    """Whether there was no such API at the server."""
    return not report.results and any(note.startswith(NOWHERE) for note in report.notes)


def base_url(url: str, api: ApiSpec) -> str:
    """The base path of the API on a server: the URL, or the canonical path below an origin."""
    parts = urlsplit(url)
    path = parts.path.rstrip("/") or api.base_path
    return f"{parts.scheme}://{parts.netloc}{path}"


def target_of(api: ApiSpec, base: str) -> Target:
    """What is judged: the API by its file, at a base path."""
    return Target(
        api=api.number,
        version=api.major,
        title=api.title,
        url=base,
        spec_version=api.version,
        spec_checksum=sha256(api.source.read_bytes()).hexdigest(),
    )


def kit_version() -> str:
    """The version of the package the kit comes with."""
    try:
        return version("tmf-apis")
    except PackageNotFoundError:
        return "unknown"


def plan(
    api: ApiSpec, options: Options, other: ApiSpec | None = None
) -> list[tuple[Check, ResourceSpec]]:
    """What a run tries: checks of its profile, with the resource of each try.

    In a check of the API as a whole the resource with most operations stands for it. Where
    there is another version, what it does not have is left aside.
    """
    floor = minimum().get(f"{api.number} {api.major}") if options.profile == "mandatory" else None
    named = [r for r in api.resources if not options.resources or r.name in options.resources]
    wanted = [
        r
        for r in named
        if (floor is None or r.name in floor)
        # In the other version nobody knows which parent is whose.
        and (other is None or (counterpart(api, r, other) and not nested(r)))
    ]
    fullest = sorted(wanted, key=lambda spec: (nested(spec), -len(operations(spec))))[:1]
    tried: list[tuple[Check, ResourceSpec]] = []
    for check in CHECKS.values():
        if options.profile not in check.profiles or not check.holds_in(api.major):
            continue
        if options.only and not {check.name, *check.rules} & set(options.only):
            continue
        for spec in fullest if check.scope == "api" else wanted:
            allowed = floor[spec.name] if floor else None
            if allowed is None or set(check.needs) <= set(allowed):
                tried.append((check, spec))
    return tried


@dataclass(frozen=True, slots=True)
class _Found:
    """How one try ended."""

    outcome: Outcome
    reason: str = ""
    broken: tuple[str, ...] = ()
    expected: str = ""
    got: str = ""


class _Run:
    """The checks of one run, under way side by side."""

    def __init__(self, shared: Shared, watch: Watch | None) -> None:
        self._shared = shared
        self._watch = watch
        self._tries = plan(shared.api, shared.options, shared.other.api if shared.other else None)
        self._results: dict[int, Result] = {}
        self._obstacles: dict[str, tuple[Obstacle, ...]] = {}
        self._unanswered = 0

    @property
    def size(self) -> int:
        """How many tries there are."""
        return len(self._tries)

    async def until(self, stop: asyncio.Event) -> list[Result]:
        """The results of all tries, or of those that have ended when the run is told to stop."""
        work = asyncio.create_task(self.all())
        told = asyncio.create_task(stop.wait())
        await asyncio.wait({work, told}, return_when=asyncio.FIRST_COMPLETED)
        told.cancel()
        if work.done():
            return await work
        work.cancel()
        # Each try that is under way tidies up before it ends.
        await asyncio.wait({work})
        return [self._results[index] for index in sorted(self._results)]

    async def all(self) -> list[Result]:
        """The results of all tries, in the order of the plan."""
        try:
            async with asyncio.timeout(self._shared.options.deadline):
                await self._look_ahead()
                await self._side_by_side(last=False)
                await self._side_by_side(last=True)
        except TimeoutError:
            pass
        late = f"the run had to end after {self._shared.options.deadline:g} s"
        for index, (check, spec) in enumerate(self._tries):
            if index not in self._results:
                self._note(index, _result(check, spec, _Found(Outcome.KIT_ERROR, late)))
        return [self._results[index] for index in range(len(self._tries))]

    async def _look_ahead(self) -> None:
        """Try what the checks of each resource take for granted."""
        if self._shared.other is not None:
            return
        for at, spec in {
            collection(spec): spec for check, spec in self._tries if not check.last
        }.items():
            needs = [set(check.needs) for check, tried in self._tries if tried is spec]
            writes = any("create" in n and n <= operations(spec) for n in needs)
            trial = Trial(self._shared, spec, Session(self._shared.client))
            try:
                self._obstacles[at] = await obstacles(trial, writes=writes)
            finally:
                await _quietly(trial)
        await self._look_for_a_hub()

    async def _look_for_a_hub(self) -> None:
        """Try whether there is one, for the checks that need it."""
        needing = [spec for check, spec in self._tries if check.name.startswith(HEARING)]
        if not needing:
            return
        trial = Trial(self._shared, needing[0], Session(self._shared.client))
        try:
            found = await hub_obstacles(trial)
        finally:
            await _quietly(trial)
        for at in self._obstacles:
            self._obstacles[at] += found

    async def _side_by_side(self, *, last: bool) -> None:
        """Try the checks of one turn: those that are tried last, or the others."""
        tries = enumerate(self._tries)
        waiting = iter([(i, check, spec) for i, (check, spec) in tries if check.last is last])

        async def worker() -> None:
            for index, check, spec in waiting:
                self._note(index, await self._try(check, spec))

        async with asyncio.TaskGroup() as group:
            for _ in range(self._shared.options.parallel):
                group.create_task(worker())

    def _note(self, index: int, result: Result) -> None:
        self._results[index] = result
        if self._watch is not None:
            self._watch(result, len(self._results), len(self._tries))

    async def _try(self, check: Check, spec: ResourceSpec) -> Result:
        session = Session(self._shared.client)
        trial = Trial(self._shared, spec, session, other=self._opposite(spec, session))
        sides = [trial] if trial.other is None else [trial, trial.other]
        if lacking := [n for n in check.needs if not all(side.offers(n) for side in sides)]:
            reason = f"the file defines no {', '.join(lacking)} on {spec.name}"
            return _result(check, spec, _Found(Outcome.NOT_APPLICABLE, reason))
        if why := blocking(self._obstacles, check, collection(spec)):
            return _result(check, spec, _Found(Outcome.SKIPPED, why))
        if self._unanswered >= DEAD:
            reason = "the server stopped answering"
            return _result(check, spec, _Found(Outcome.KIT_ERROR, reason))
        started = monotonic()
        try:
            found = await self._outcome(check, trial)
        except asyncio.CancelledError:
            await _quietly(trial)
            raise
        seconds = round(monotonic() - started, 3)
        # What tidying up sends is no part of the case.
        kept = KEPT_OF_FAILURES if found.outcome is Outcome.FAILED else KEPT
        exchanges = tuple(session.exchanges[-kept:])
        await _quietly(trial)
        return _result(check, spec, found, exchanges, seconds)

    def _opposite(self, spec: ResourceSpec, session: Session) -> Trial | None:
        """The resource in the other version, whose requests stand among those of a session."""
        other = self._shared.other
        twin = counterpart(self._shared.api, spec, other.api) if other else None
        if other is None or twin is None:
            return None
        return Trial(other, twin, Session(other.client, session.exchanges))

    async def _outcome(self, check: Check, trial: Trial) -> _Found:
        limit = self._shared.options.check_timeout
        try:
            async with asyncio.timeout(limit):
                if check.alone:
                    await settle_alone(trial)
                await check.run(trial)
        except Failed as failed:
            silence = failed.__cause__
            # A check may take silence for an answer; a server that is too busy has said nothing.
            if isinstance(silence, NoAnswer) and silence.exchange.status == TOO_MANY:
                return _Found(Outcome.KIT_ERROR, f"no answer: {silence.exchange.error}")
            broken = blamed(failed.broken, check.rules, self._shared.api)
            return _Found(Outcome.FAILED, "", broken, failed.expected, failed.got)
        except Skipped as reason:
            return _Found(Outcome.SKIPPED, str(reason))
        except NotApplicable as reason:
            return _Found(Outcome.NOT_APPLICABLE, str(reason))
        except NoAnswer as nothing:
            self._unanswered += 1
            return _Found(Outcome.KIT_ERROR, f"no answer: {nothing.exchange.error}")
        except TimeoutError:
            return _Found(Outcome.KIT_ERROR, f"not judged within {limit:g} s")
        except Exception as error:  # A mistake of the kit speaks against the kit alone.
            return _Found(Outcome.KIT_ERROR, f"{type(error).__name__}: {error}")
        self._unanswered = 0
        return _Found(Outcome.PASSED)


async def _quietly(trial: Trial) -> None:
    """Tidy up after a try; what is being removed when the run is told to end is removed."""
    await to_the_end(_tidied(trial))


async def _tidied(trial: Trial) -> None:
    try:
        async with asyncio.timeout(trial.options.check_timeout):
            await trial.tidy()
    except TimeoutError:
        trial.shared.stranded += trial.created


def _result(
    check: Check,
    spec: ResourceSpec,
    found: _Found,
    exchanges: tuple[Exchange, ...] = (),
    seconds: float = 0.0,
) -> Result:
    return Result(
        check=check.name,
        title=check.title,
        level=check.level,
        rules=check.rules,
        resource="" if check.scope == "api" else spec.name,
        outcome=found.outcome,
        broken=found.broken,
        expected=found.expected,
        got=found.got,
        reason=found.reason,
        exchanges=exchanges,
        seconds=seconds,
    )
