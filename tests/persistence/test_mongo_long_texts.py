"""Texts that are too long for a pattern on MongoDB: told, and never begun with."""

import asyncio
import time
from collections.abc import Iterator

import pcre2
import pytest

from persistence.errors import Unsupported
from persistence.mongo.patterns import pcre, spelt
from persistence.mongo.store import MongoStore
from tests.persistence.driver import Driver, draft, many, one
from tmf_apis.tmf630.patterns import LONGEST
from tmf_apis.tmf630.query import (
    All,
    AnyOf,
    Comparison,
    Element,
    Kind,
    Not,
    Operator,
    Path,
    Predicate,
    Query,
    Shape,
    SortKey,
    Step,
)

#: Patterns with the texts they take longest for: each looks on to the end from every place.
DEAR = (
    ("a.*b.*c.*[de]", "abc"), ("(?s).*a.+b.*?[!?]", "ab"), ("a.{0,50}b.*[!?]", "ab"),
    ("(a[ab]{1,20}b)+?[cd]", "ab"), ("a{900}[bc]", "a"), (r"\w+,\w*x\w+[!?]", "x"),
    ("|".join(f"(a.{{{n}}}b.{{{n + 1}}}[cd])" for n in range(1, 20)), "abbabaabab"),
    ("(a{0,90}b?){3}[cd]", "a"), ("^.*a.*b.*[!?]", "ab"),
)  # fmt: skip
QUADRATIC = "a.*b.*c.*[de]"


@pytest.mark.parametrize(("pattern", "part"), DEAR)
def test_the_longest_text_is_searched_in_time(pattern: str, part: str) -> None:
    length = min(spelt(pattern).longest, 4 << 20)
    compiled = pcre2.compile(pcre(pattern), pcre2.ASCII)
    began = time.process_time()
    compiled.search((part * (length // len(part) + 1))[:length])
    assert time.process_time() - began < LONGEST


@pytest.mark.parametrize("pattern", ["abc", "^a.*", "[a-z]+@", r"\d{4}-\d\d"])
def test_texts_of_any_length_are_searched_for_what_is_cheap(pattern: str) -> None:
    assert spelt(pattern).longest > 4 << 20


LONG = "abc" * 5_000
NOTES = many("note")


@pytest.fixture
def shop(mongo_url: str) -> Iterator[Driver]:
    with asyncio.Runner() as runner:
        shop = Driver(lambda: MongoStore(mongo_url, patience=20.0), runner)
        yield shop
        shop.run(shop.store.close())


def matching(path: Path, pattern: str = QUADRATIC) -> Comparison:
    return Comparison(path, Operator.REGEX, (pattern,), Kind.TEXT)


def equal(name: str, value: str) -> Comparison:
    return Comparison(one(name), Operator.EQ, (value,), Kind.TEXT)


CONDITIONS: dict[str, Predicate] = {
    "a declared attribute": matching(one("description")),
    "any other": matching(one("comment")),
    "one of several": AnyOf((equal("state", "x"), matching(one("comment")))),
    "a negation": Not(matching(one("comment"))),
    "in a list": matching((*NOTES, *one("text"))),
    "of an element": Element(NOTES, matching(one("text"))),
    "an element itself": Element(many("tag"), matching(())),
}


@pytest.mark.parametrize("condition", CONDITIONS.values(), ids=CONDITIONS)
def test_a_text_that_is_too_long_for_a_pattern_is_told(shop: Driver, condition: Predicate) -> None:
    short = {"text": "abcde"}
    shop.load(draft("1", description="abcd", comment="abcd", note=[short], tag=["abcd"]))
    assert shop.ids(Query(condition)) in (["1"], [])
    long = draft("2", description=LONG, comment=LONG, note=[short, {"text": LONG}], tag=[LONG])
    shop.create(long)
    with pytest.raises(Unsupported, match=r"the pattern a\.\*b.* is too costly for texts of more"):
        shop.find(Query(condition))


def test_it_is_told_of_what_a_sort_key_chooses(shop: Driver) -> None:
    chosen = Step("note", Shape.MANY, chosen=matching(one("text")))
    sort = (SortKey((chosen, *one("n")), False, Kind.NUMBER),)
    shop.load(*(draft(f"{n}", note=[{"text": "abcd", "n": -n}]) for n in range(3)))
    assert shop.ids(Query(sort=sort)) == ["2", "1", "0"]
    shop.create(draft("3", note=[{"text": LONG, "n": 5}]))
    with pytest.raises(Unsupported, match="too costly"):
        shop.find(Query(sort=sort))


def test_texts_that_other_conditions_leave_out_do_not_count(shop: Driver) -> None:
    shop.load(draft("1", state="x", comment="abcd"), draft("2", state="y", comment=LONG))
    where = All((equal("state", "x"), matching(one("comment"))))
    assert shop.ids(Query(where)) == ["1"]
    with pytest.raises(Unsupported, match="too costly"):
        shop.find(Query(All((equal("state", "y"), matching(one("comment"))))))


def test_long_texts_elsewhere_and_cheap_patterns_do_not_count(shop: Driver) -> None:
    shop.load(draft("1", description=LONG, comment="abcd"))
    assert shop.ids(Query(matching(one("comment")))) == ["1"]
    assert shop.ids(Query(matching(one("description"), "^abc"))) == ["1"]


def test_a_text_may_be_as_long_as_that(shop: Driver) -> None:
    longest = spelt(QUADRATIC).longest
    shop.load(draft("1", comment="x" * (longest - 4) + "abcd"))
    assert shop.ids(Query(matching(one("comment")))) == ["1"]
    shop.create(draft("2", comment="x" * (longest - 3) + "abcd"))
    with pytest.raises(Unsupported, match=f"more than {longest} characters"):
        shop.find(Query(matching(one("comment"))))
