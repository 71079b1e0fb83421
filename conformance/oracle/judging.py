"""Compares what the server answers to a question with what the records say."""

from dataclasses import dataclass, replace
from itertools import pairwise

from conformance.client import Answer
from conformance.likeness import unlike
from conformance.oracle.evaluator import before, matches, values_at
from conformance.oracle.question import Question
from conformance.oracle.records import Hostile, Json
from conformance.trial import Trial

#: What an answer to a question may be beside a list: it is not offered, or not now.
REFUSED = (400, 404, 405, 422, 501)
MISSING, EXTRA, TWICE, ORDER, PAGE, TOTAL, SELECTION, REFUSAL = (
    "missing", "extra", "twice", "order", "page", "total", "selection", "refusal",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Difference:
    """What is wrong with an answer, and the records that show it."""

    kind: str
    expected: str
    got: str
    ids: tuple[str, ...] = ()
    #: The status of a refusal, and whether every record was found.
    status: int = 0
    everything: bool = False
    #: Whether that record has nothing of what a condition is about.
    absent: bool = False


class Judge:
    """Asks questions about one cohort."""

    def __init__(self, trial: Trial, cohort: Hostile) -> None:
        self.trial = trial
        self.cohort = cohort
        self._kinds = {v.path: v.kind for v in cohort.variables}
        self._moving = trial.moving

    async def difference(self, question: Question) -> Difference | None:
        """What is wrong with the answer to a question; None when nothing is known to be."""
        if not question.windowed:
            return self._of_list(question, await self._asked(question))
        whole = await self._asked(question.whole())
        if whole.status not in (200, 206) or self._of_list(question.whole(), whole):
            # Another question is wrong already; the shrinker will come to it.
            return self._of_list(question.whole(), whole)
        return self._of_page(question, await self._asked(question), whole)

    async def _asked(self, question: Question) -> Answer:
        return await self.trial.list(question.query())

    def _of_list(self, question: Question, answer: Answer) -> Difference | None:
        if answer.status >= 500 and answer.status != 501:
            return None  # That is S-002, which sees every exchange.
        if answer.status in REFUSED:
            return Difference(REFUSAL, "200", str(answer), status=answer.status)
        if answer.status not in (200, 206):
            return None
        if not all(isinstance(r.get("id"), str) for r in answer.entities):
            return None  # That is R-304, which sees every exchange.
        found = [str(r["id"]) for r in answer.entities]
        return (
            self._of_members(question, answer, found)
            or self._of_order(question, found)
            or self._of_selection(question, answer.entities)
        )

    def _of_members(
        self, question: Question, answer: Answer, found: list[str]
    ) -> Difference | None:
        answers = {str(r["id"]): self._wanted(question, r) for r in self.cohort.records}
        extra = [i for i in found if answers.get(i) is False]
        if extra:
            told = self._told(EXTRA, question, extra[0], "is found")
            return replace(told, everything=set(self.cohort.ids) <= set(found))
        twice = [i for i in answers if found.count(i) > 1]
        if twice:
            return self._told(TWICE, question, twice[0], f"is found {found.count(twice[0])} times")
        total = answer.headers.get("x-total-count", "")
        cut = total.isdecimal() and int(total) > len(found)
        missing = [i for i, wanted in answers.items() if wanted and i not in found]
        if missing and not cut:
            return self._told(MISSING, question, missing[0], "is not found")
        least = sum(wanted is True for wanted in answers.values())
        most = sum(wanted is not False for wanted in answers.values())
        if question.base and total.isdecimal() and not least <= int(total) <= most:
            wanted = f"X-Total-Count: {least}" + (f" to {most}" if most > least else "")
            return Difference(TOTAL, wanted, total)
        return None

    def _wanted(self, question: Question, record: Json) -> bool | None:
        """Whether a record is asked for; the base, where it is by id, may leave some out."""
        base = question.base
        if base is not None and base.path == "id" and str(record["id"]) not in base.values:
            return False
        return matches(question, record)

    def _of_order(self, question: Question, found: list[str]) -> Difference | None:
        if not question.sort:
            return None
        records = [self.cohort.by_id(i) for i in found if i in self.cohort.ids]
        path, _ = question.sort[0]
        present = [bool(values_at(r, path)) for r in records]
        if sum(one != other for one, other in pairwise(present)) > 1:
            return Difference(ORDER, f"records without {path} at one end", "they stand apart")
        for index, one in enumerate(records):
            for other in records[index + 1 :]:
                if self._stands(question, one, other) == 1:
                    ids = (str(other["id"]), str(one["id"]))
                    names = [key for key, _ in question.sort]
                    wanted = f"{excerpt(other, names)} before {excerpt(one, names)}"
                    return Difference(ORDER, wanted, "the other way round", ids)
        return None

    def _stands(self, question: Question, one: Json, other: Json) -> int | None:
        for key, descending in question.sort:
            if bool(values_at(one, key)) != bool(values_at(other, key)):
                return None
            found = before(key, descending, one, other, self._kinds[key])
            if found != 0:
                return found
        return 0

    def _of_selection(self, question: Question, records: list[Json]) -> Difference | None:
        if not question.fields:
            return None
        asked = {name.partition(".")[0] for name in question.fields}
        whole = {name for name in question.fields if "." not in name}
        for shown in records:
            if shown.get("id") not in self.cohort.ids:
                continue
            record = self.cohort.by_id(shown["id"])
            if more := {n for n in shown if not n.startswith("@")} - asked - {"id", "href"}:
                wanted = f"{', '.join(question.fields)} alone"
                return Difference(SELECTION, wanted, f"{', '.join(sorted(more))} too")
            kept = {n: record[n] for n in whole & record.keys() - self._moving - {"href"}}
            if wrong := unlike(kept, shown):
                return Difference(SELECTION, f"fields={','.join(question.fields)}", wrong)
            for path in set(question.fields) - whole:
                held = values_at(record, path)
                if held and values_at(shown, path) != held:
                    got = f"{values_at(shown, path)}"
                    return Difference(SELECTION, f"{path} {held}", got)
        return None

    def _of_page(self, question: Question, answer: Answer, whole: Answer) -> Difference | None:
        if answer.status == 416 or answer.status >= 500:
            return None
        if answer.status in REFUSED:
            return Difference(REFUSAL, "200 or 206", str(answer), status=answer.status)
        every = [str(r.get("id")) for r in whole.entities]
        found = [str(r.get("id")) for r in answer.entities]
        start = question.offset or 0
        end = None if question.limit is None else start + question.limit
        total = whole.headers.get("x-total-count", str(len(every)))
        if total.isdecimal() and int(total) > len(every):
            return None  # The server lists no more at once than it likes.
        if found != every[start:end]:
            wanted = f"records {start} to {'the end' if end is None else end} of {len(every)}"
            places = [str(every.index(i)) if i in every else "another" for i in found]
            return Difference(PAGE, wanted, f"those at {', '.join(places) or 'no place'}")
        counted = answer.headers.get("x-total-count", total)
        if counted != total:
            return Difference(TOTAL, f"X-Total-Count: {total}", counted)
        return None

    def _told(self, kind: str, question: Question, record: str, what: str) -> Difference:
        names = [c.path for c in question.conditions]
        names += [question.within] if question.within else []
        names += [t.path for found in question.terms for t in found if not question.within]
        found = self.cohort.by_id(record)
        shown = excerpt(found, names)
        wanted = f"{shown} not to be found" if kind is EXTRA else f"{shown} to be found"
        wanted += " once" if kind is TWICE else ""
        absent = any(not values_at(found, c.path) for c in question.conditions)
        return Difference(kind, wanted, f"it {what}", (record,), absent=absent)

    async def still_holds(self, found: Difference) -> bool:
        """Whether the records of a difference are as they were when it was found."""
        for record in found.ids:
            answer = await self.trial.get(record)
            kept = {k: v for k, v in self.cohort.by_id(record).items() if k not in self._moving}
            if answer.status != 200 or unlike(kept, answer.entity):
                return False
        return True


def narrowed(question: Question, *ids: str) -> Question:
    """The same question about some records alone."""
    assert question.base is not None
    return replace(question, base=replace(question.base, path="id", values=ids))


def excerpt(record: Json, paths: list[str]) -> str:
    """What a record holds at some paths, in words."""
    said = []
    for path in dict.fromkeys(paths):
        held = values_at(record, path)
        what = "absent" if not held else repr(held[0]) if len(held) == 1 else repr(held)
        said.append(f"{path} {what}")
    return f"the record with {', '.join(said)}" if said else "the record"
