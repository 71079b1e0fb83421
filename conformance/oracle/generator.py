"""Draws questions of one topic from a seed and the values of a cohort."""

import re
from collections.abc import Callable
from random import Random
from typing import Any

from conformance.oracle.evaluator import values_at
from conformance.oracle.question import (
    PLAIN,
    QUOTED,
    REPEATED,
    SUFFIX,
    SYMBOL,
    Condition,
    Question,
    Term,
    spelt,
)
from conformance.oracle.records import Hostile, Variable
from tmf_apis.spec.types import Kind

_ORDERING = ("gt", "gte", "lt", "lte")
_WORD = re.compile(r"[A-Za-z0-9]{2,}", re.ASCII)
#: Texts that JSONPath has no one way to write.
_UNWRITABLE = re.compile(r"[\\'\"/]|[^\x20-\uffff]")
#: What is dropped around a value (R-415), and texts that a query cannot tell from no value.
_MISREAD = re.compile(r'^".*"$|^$|^\s|\s$', re.DOTALL)


#: So many values of one attribute are asked for one by one.
MOST_PLAIN = 36
#: From which level on a question may be of more than one value, of more than one condition.
SEVERAL, JOINED = 2, 3


class Generator:
    """Questions about one cohort, the same for the same seed.

    `level` says how much a question may hold, from 0 for one plain value to `JOINED` for
    everything: whoever begins with the plain ones finds the simplest that goes wrong.
    """

    def __init__(self, cohort: Hostile, base: Condition, seed: object) -> None:
        self._cohort = cohort
        self._base = base
        self._draw = Random(f"{seed}")
        self._level = JOINED

    def plain(self, topic: str) -> list[Question]:
        """A condition on each value that is there, for the topics that are about conditions; for
        JSONPath one value of each attribute, and whether it is there.
        """
        if topic == "jsonpaths":
            single = [v for v in self._cohort.variables if not v.many]
            self._level = 0
            terms = [term for v in single if self._told(v) and (term := self._term(v))]
            for negated in (False, True):
                terms += [Term(v.path, v.kind, "exists", None, negated) for v in single]
            return [Question(self._base, terms=((term,),)) for term in terms]
        if topic not in ("filters", "nested"):
            return []
        found = []
        for variable in self._cohort.variables:
            if variable.nested is (topic == "nested"):
                values = dict.fromkeys(spelt(value) for value in self._values(variable))
                told = list(values)[:MOST_PLAIN]
                # A form that nobody filled in sends an empty value: it selects nobody else.
                told += [""] if variable.kind is Kind.TEXT and topic == "filters" else []
                for value in told:
                    condition = Condition(variable.path, variable.kind, "eq", (value,))
                    found.append(Question(self._base, ((condition,),)))
        return found

    def question(self, topic: str, level: int = JOINED) -> Question | None:
        """The next question of a topic; None when nothing in the cohort is of that kind."""
        self._level = level
        drawn: Callable[[], Question | None] = getattr(self, f"_{topic}")
        return drawn()

    def _filters(self) -> Question | None:
        return self._conditional([v for v in self._cohort.variables if not v.nested])

    def _nested(self) -> Question | None:
        return self._conditional([v for v in self._cohort.variables if v.nested])

    def _sorts(self) -> Question | None:
        return self._sorted([v for v in self._cohort.variables if not v.nested])

    def _dotted_sorts(self) -> Question | None:
        return self._sorted([v for v in self._cohort.variables if v.nested and not v.many])

    def _sorted(self, variables: list[Variable]) -> Question | None:
        usable = [v for v in variables if self._told(v)]
        if not usable:
            return None
        size = self._draw.choice((1, 1, 2, 3)) if self._level >= SEVERAL else 1
        some = self._draw.sample(usable, min(len(usable), size))
        keys = tuple((v.path, self._draw.random() < 0.5) for v in some)
        return Question(self._base, sort=keys)

    def _pages(self) -> Question | None:
        size = len(self._cohort.records)
        asked = self._draw.choice((self._filters, self._sorts, lambda: Question(self._base)))()
        if asked is None:
            asked = Question(self._base)
        offset = self._draw.choice((None, 0, 1, 2, size // 2, size - 1, size))
        limits = (0, 1, 2, 3, 7, size, size + 5)
        limit = self._draw.choice(limits if offset is None else (*limits, None, None))
        return Question(self._base, asked.alternatives, (), "", asked.sort, offset, limit)

    def _fields(self) -> Question | None:
        names = sorted({v.first for v in self._cohort.variables} | {"id"})
        return self._selected(names, self._draw.choice((1, 2, 3)))

    def _dotted_fields(self) -> Question | None:
        names = [v.path for v in self._cohort.variables if v.nested]
        return self._selected(names, 1) if names else None

    def _selected(self, names: list[str], size: int) -> Question | None:
        some = tuple(self._draw.sample(names, min(len(names), size)))
        asked = None
        if self._level >= SEVERAL:
            asked = self._draw.choice((self._filters, self._sorts, lambda: None))()
        if asked is None:
            return Question(self._base, fields=some)
        return Question(self._base, asked.alternatives, sort=asked.sort, fields=some)

    def _jsonpaths(self) -> Question | None:
        lists = [v for v in self._cohort.variables if v.many]
        if lists and self._level and self._draw.random() < 0.3:
            return self._correlated(lists)
        plain = [v for v in self._cohort.variables if not v.many and self._told(v)]
        if not plain:
            return None
        size = self._draw.choice((1, 1, 2)) if self._level >= SEVERAL else 1
        terms = [self._all_of(plain) for _ in range(size)]
        if not all(terms):
            return None
        return Question(self._base, terms=tuple(terms))

    def _correlated(self, variables: list[Variable]) -> Question | None:
        """A predicate on the elements of a list, with values of one element or of two."""
        record = self._draw.choice(self._cohort.records)
        elements = [e for e in values_at(record, variables[0].many) if isinstance(e, dict)]
        terms = []
        for variable in variables:
            leaf = variable.path.rpartition(".")[2]
            value = self._draw.choice(elements).get(leaf) if elements else None
            if not isinstance(value, str) or _UNWRITABLE.search(value):
                return None
            terms.append(Term(leaf, variable.kind, "==", value))
        return Question(self._base, terms=(tuple(terms),), within=variables[0].many)

    def _all_of(self, variables: list[Variable]) -> tuple[Term, ...]:
        size = self._draw.choice((1, 2)) if self._level >= SEVERAL else 1
        some = self._draw.sample(variables, min(len(variables), size))
        return tuple(term for v in some if (term := self._term(v)))

    def _term(self, variable: Variable) -> Term | None:
        if self._level and self._draw.random() < 0.15:
            return Term(variable.path, variable.kind, "exists", None, self._draw.random() < 0.5)
        value = self._one_of(variable)
        texts = isinstance(value, str)
        if value is None or (texts and _UNWRITABLE.search(value)):
            return None
        operators = ["==", "!=", "==", ">", ">=", "<", "<="]
        if not self._level or variable.kind in (Kind.INSTANT, Kind.BOOLEAN):
            operators = ["=="]
        operator = self._draw.choice(operators)
        negated = self._level > 0 and operator == "==" and self._draw.random() < 0.2
        return Term(variable.path, variable.kind, operator, value, negated)

    def _conditional(self, variables: list[Variable]) -> Question | None:
        usable = [v for v in variables if self._told(v)]
        if not usable:
            return None
        size = self._draw.choice((1, 1, 1, 2)) if self._level >= JOINED else 1
        alternatives = [self._conditions(usable) for _ in range(size)]
        if not all(alternatives):
            return None
        return Question(self._base, tuple(alternatives))

    def _conditions(self, variables: list[Variable]) -> tuple[Condition, ...]:
        size = self._draw.choice((1, 1, 2)) if self._level >= JOINED else 1
        some = self._draw.sample(variables, min(len(variables), size))
        found = [c for v in some if (c := self._condition(v))]
        ranged = self._level >= SEVERAL and len(found) == 1
        if ranged and found[0].operator in ("gt", "gte"):
            upper = self._one_of(some[0])
            if upper is not None and self._draw.random() < 0.5:
                below = (spelt(upper),)
                found.append(Condition(some[0].path, some[0].kind, "lt", below, SUFFIX))
        return tuple(found)

    def _condition(self, variable: Variable) -> Condition | None:
        ordered = variable.kind in (Kind.NUMBER, Kind.INSTANT, Kind.TEXT)
        if self._level and ordered and self._draw.random() < 0.35:
            value = self._one_of(variable)
            operator = self._draw.choice(_ORDERING)
            spelling = self._draw.choice((SUFFIX, SYMBOL))
            return Condition(variable.path, variable.kind, operator, (spelt(value),), spelling)
        if self._level and variable.kind is Kind.TEXT and self._draw.random() < 0.15:
            return self._pattern(variable)
        spellings = (PLAIN, PLAIN, PLAIN, SUFFIX, SYMBOL, QUOTED, REPEATED)
        spelling = self._draw.choice(spellings) if self._level else PLAIN
        several = self._level >= SEVERAL and spelling in (PLAIN, REPEATED)
        count = self._draw.choice((1, 2, 3, 3)) if several else 1
        values = {spelt(self._one_of(variable)) for _ in range(count)}
        told = tuple(sorted(v for v in values if not _MISREAD.search(v)))
        return Condition(variable.path, variable.kind, "eq", told, spelling) if told else None

    def _pattern(self, variable: Variable) -> Condition | None:
        word = _WORD.search(str(self._one_of(variable)))
        if word is None:
            return None
        pattern = self._draw.choice(("{}", "^{}", "{}$", "^{}$", "{}.*")).format(word[0])
        spelling = self._draw.choice((SUFFIX, SYMBOL))
        return Condition(variable.path, variable.kind, "regex", (pattern,), spelling)

    def _one_of(self, variable: Variable) -> Any:
        """A value that some record holds there."""
        return self._draw.choice(self._values(variable))

    def _told(self, variable: Variable) -> bool:
        return bool(self._values(variable))

    def _values(self, variable: Variable) -> list[Any]:
        held = [v for r in self._cohort.records for v in values_at(r, variable.path)]
        return [v for v in held if not isinstance(v, str) or not _MISREAD.search(v)]
