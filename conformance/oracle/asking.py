"""Puts questions of one topic to a server, and reports the first that it answers wrongly."""

from collections.abc import Iterator, Sequence

from conformance.oracle.blame import GROUNDS, of_topic, refused, rule
from conformance.oracle.cohort import hostile
from conformance.oracle.generator import JOINED, Generator
from conformance.oracle.judging import Difference, Judge
from conformance.oracle.question import Condition, Question
from conformance.oracle.records import Hostile
from conformance.oracle.shrinker import shrunk, with_fewest_records
from conformance.outcomes import Failed, applies, require
from conformance.results import Exchange
from conformance.trial import Trial
from tmf_apis.spec.types import Kind

#: Questions of a topic that are put to each resource.
QUESTIONS = 32
#: So many of each level, the plainest first.
PLAIN_ONES = 8


async def asked(trial: Trial, topic: str) -> None:
    """Ask the questions of a topic; raises `Failed` for the first that is answered wrongly."""
    cohort = await hostile(trial)
    base = selecting(cohort)
    judge = Judge(trial, cohort)
    plain = await judge.difference(Question(base))
    require(plain is None, f"the server does not select by {base.path}: {plain}")
    seed = f"{trial.options.seed} {trial.spec.name}"
    generator = Generator(cohort, base, f"{seed} {topic}")
    tried = 0
    for question in _all(generator, topic):
        found = await judge.difference(question)
        if found is None:
            tried += 1
        elif not refused(question, found):
            await _report(judge, topic, question, found)
    applies(tried, "nothing of that kind is offered, or differs between its records")


def selecting(cohort: Hostile) -> Condition:
    """The condition that selects a cohort."""
    if cohort.marker:
        return Condition(cohort.marker, Kind.TEXT, "eq", (cohort.text,))
    return Condition("id", Kind.TEXT, "eq", cohort.ids)


def _all(generator: Generator, topic: str) -> Iterator[Question]:
    """The questions of a topic, the plainest first: the simplest that goes wrong is told."""
    yield from generator.plain(topic)
    for turn in range(QUESTIONS):
        question = generator.question(topic, min(turn // PLAIN_ONES, JOINED))
        if question is not None:
            yield question


async def _report(judge: Judge, topic: str, question: Question, found: Difference) -> None:
    """Fail with the smallest question, unless asking again shows that something has moved."""

    async def wrong(smaller: Question) -> Difference | None:
        again = await judge.difference(smaller)
        return None if again is None or refused(smaller, again) else again

    smallest, found = await shrunk(question, found, wrong)
    if not of_topic(smallest, topic):
        return  # What is left is another topic's, which asks for it as well.
    broken = rule(smallest, found)
    await _stand_on(judge, topic)
    smallest, _ = await with_fewest_records(smallest, found, wrong)
    shown = await wrong(smallest)
    if shown is None:
        return
    decisive = judge.trial.session.exchanges[-1]
    if not await judge.still_holds(shown):
        return
    judge.trial.session.exchanges += [*_makings(judge.cohort, shown.ids), decisive]
    seed = f"seed {judge.trial.options.seed}"
    raise Failed(f"{shown.expected} by {smallest.query()} ({seed})", shown.got, broken)


async def _stand_on(judge: Judge, topic: str) -> None:
    """Skip a topic whose ground is answered wrongly: that is told by the check of the ground."""
    ground = GROUNDS.get(topic)
    if ground is None:
        return
    generator = Generator(judge.cohort, selecting(judge.cohort), f"{topic} on {ground}")
    for turn in range(QUESTIONS // 2):
        question = generator.question(ground, min(turn // (PLAIN_ONES // 2), JOINED))
        if question is not None:
            wrong = await judge.difference(question)
            require(wrong is None, f"{ground} are answered wrongly")


def _makings(cohort: Hostile, ids: Sequence[str]) -> list[Exchange]:
    return [cohort.made[record] for record in ids if record in cohort.made]
