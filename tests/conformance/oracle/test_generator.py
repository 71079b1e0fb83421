"""The same seed draws the same questions; every one is of its topic."""

import pytest

from conformance.oracle.blame import RULES
from conformance.oracle.generator import Generator
from conformance.oracle.question import Condition
from conformance.oracle.records import Hostile, Variable
from tmf_apis.spec.types import Kind

BASE = Condition("mark", Kind.TEXT, "eq", ("kit1",))
COHORT = Hostile(
    tuple(
        {
            "id": str(n),
            "mark": "kit1",
            "a": text,
            "n": n,
            "note": [{"x": text, "y": "b"}],
            "period": {"start": f"2031-01-0{n + 1}T00:00:00Z"},
        }
        for n, text in enumerate(("alpha", "Alpha", "a,b", "", '"q"', " blank"))
    ),
    (
        Variable("a", Kind.TEXT),
        Variable("n", Kind.NUMBER),
        Variable("period.start", Kind.INSTANT),
        Variable("note.x", Kind.TEXT, "note"),
        Variable("note.y", Kind.TEXT, "note"),
    ),
    "mark",
    "kit1",
)


def drawn(topic: str, seed: int) -> list[str]:
    generator = Generator(COHORT, BASE, seed)
    found = [generator.question(topic) for _ in range(60)]
    return [question.query() for question in found if question]


@pytest.mark.parametrize("topic", RULES)
def test_the_same_seed_draws_the_same(topic: str) -> None:
    assert drawn(topic, 1) == drawn(topic, 1) != drawn(topic, 2)
    few = topic.startswith("dotted")
    assert len(set(drawn(topic, 1))) > (1 if few else 9)


def test_no_question_is_misread() -> None:
    """What a query cannot tell from no value, or from quotes around one, is not asked for."""
    for query in drawn("filters", 3):
        assert "%22%22" not in query and "=%20" not in query and not query.endswith("=")


def test_jsonpath_asks_for_one_value_of_each_attribute_and_then_whether_it_is_there() -> None:
    found = [question.path() for question in Generator(COHORT, BASE, 1).plain("jsonpaths")]
    compared, asked = found[:-6], found[-6:]
    assert all("==" in path for path in compared) and len(compared) > 1
    assert asked == [
        "$[?(@.a)]",
        "$[?(@.n)]",
        "$[?(@.period.start)]",
        "$[?(!(@.a))]",
        "$[?(!(@.n))]",
        "$[?(!(@.period.start))]",
    ]
