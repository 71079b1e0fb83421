"""Which rule a question breaks that cannot be made smaller and is answered wrongly."""

import re

from conformance.oracle.judging import (
    MISSING,
    ORDER,
    PAGE,
    REFUSAL,
    SELECTION,
    TOTAL,
    TWICE,
    Difference,
)
from conformance.oracle.question import QUOTED, SYMBOL, Condition, Question
from tmf_apis.spec.types import Kind

#: The rules of each topic, and the topic that must be answered rightly for one to be judged.
RULES = {
    "filters": ("R-401", "R-402", "R-403", "R-404", "R-405", "R-406", "R-407", "R-409", "R-414",
                "R-415", "R-418", "R-419", "R-607", "R-209"),
    "nested": ("R-410", "R-411", "R-402", "R-403", "R-404", "R-405", "R-406", "R-407", "R-409",
               "R-414", "R-415", "R-418", "R-607"),
    "sorts": ("R-601", "R-604"),
    "dotted_sorts": ("R-603",),
    "pages": ("R-605", "R-607", "R-612", "R-614"),
    "fields": ("R-301", "R-310"),
    "dotted_fields": ("R-307", "R-310"),
    "jsonpaths": ("R-501", "R-504", "R-506", "R-508"),
}  # fmt: skip
GROUNDS = {
    "nested": "filters", "jsonpaths": "filters",
    "dotted_sorts": "sorts", "dotted_fields": "fields",
}  # fmt: skip
_SEPARATORS = re.compile("[,;&]")
#: What looks like an encoded letter: read so, it was decoded once too often.
_ENCODED = re.compile("%[0-9A-Fa-f]{2}")


def rule(question: Question, found: Difference) -> str:
    """The rule that is broken."""
    if found.kind is TWICE and question.conditions:
        # A condition holds of a record or does not: how often its elements fit does not count.
        return "R-410" if any("." in c.path for c in question.conditions) else "R-401"
    if question.fields:
        return _of_fields(question, found)
    if found.kind is PAGE or question.windowed:
        return _of_page(question, found)
    if question.terms:
        return _of_path(question, found)
    if found.kind is TOTAL:
        return "R-607"
    if found.status == 404:
        return "R-209"
    if question.sort:
        return _of_sort(question, found)
    return _of_conditions(question, found)


def optional(question: Question) -> bool:
    """Whether a server may refuse it: nested filters, conditions without a value, dotted keys and
    selections, JSONPath.
    """
    nested = any("." in c.path or "" in c.values for c in question.conditions)
    dotted = any("." in name for name in (*question.fields, *(key for key, _ in question.sort)))
    return nested or dotted or bool(question.terms)


def _of_fields(question: Question, found: Difference) -> str:
    if (question.sort or question.conditions) and found.kind is not SELECTION:
        return "R-310"
    return "R-307" if any("." in name for name in question.fields) else "R-301"


def _of_page(question: Question, found: Difference) -> str:
    if found.kind is TOTAL:
        return "R-607"
    if found.kind is not REFUSAL:
        return "R-605"
    return "R-614" if question.limit == 0 else "R-612" if question.offset else "R-605"


def _of_path(question: Question, found: Difference) -> str:
    if found.kind is TOTAL:
        return "R-508"
    compared = all(t.operator != "exists" for terms in question.terms for t in terms)
    if found.everything and compared and not question.within:
        return "R-501"
    return "R-506" if question.within else "R-504"


def _of_sort(question: Question, found: Difference) -> str:
    if any("." in key for key, _ in question.sort):
        return "R-603"
    alone = len(question.sort) == 1 and not found.ids
    return "R-604" if found.kind is MISSING or (alone and found.kind is ORDER) else "R-601"


def _of_conditions(question: Question, found: Difference) -> str:
    conditions = question.conditions
    if len(question.alternatives) > 1:
        joined = question.base is not None or len(conditions) > len(question.alternatives)
        return "R-405" if joined else "R-404"
    if len(conditions) > 1:
        return _of_two(conditions)
    if not conditions:
        return "R-401"
    if question.base is not None:
        return "R-402"
    return _of_one(conditions[0], found)


def _of_two(conditions: tuple[Condition, ...]) -> str:
    paths = {c.path for c in conditions}
    if len(paths) < len(conditions):
        return "R-409"
    firsts = {c.path.partition(".")[0] for c in conditions}
    return "R-411" if len(firsts) == 1 and all("." in p for p in paths) else "R-402"


def _of_one(condition: Condition, found: Difference) -> str:
    value = condition.values[0]
    if len(condition.values) > 1:
        return "R-403"
    if condition.spelling == SYMBOL:
        return "R-407"
    if condition.spelling == QUOTED:
        return "R-415"
    if condition.operator == "regex":
        return "R-418"
    if condition.operator != "eq" and (found.absent or condition.kind is Kind.TEXT):
        return "R-406"
    if condition.kind is not Kind.TEXT:
        return "R-414"
    if value == "*":
        return "R-419"
    if _SEPARATORS.search(value) or _ENCODED.search(value):
        return "R-415"
    return "R-410" if "." in condition.path else "R-401"


def refused(question: Question, found: Difference) -> bool:
    """Whether a server has said that it does not offer what it need not."""
    return found.kind is REFUSAL and optional(question)


def of_topic(question: Question, topic: str) -> bool:
    """Whether what is left of a question is still what its topic is about."""
    match topic:
        case "fields" | "dotted_fields":
            return bool(question.fields)
        case "pages":
            return question.windowed
        case "jsonpaths":
            return bool(question.terms)
        case "nested":
            return any("." in c.path for c in question.conditions)
    return True
