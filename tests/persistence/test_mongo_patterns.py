"""RE2 patterns mean the same when MongoDB matches them; what cannot is refused.

mongod matches by PCRE2 (docs: "$regex", since 6.1), the server of the tests by Python.
"""

import re
import time

import pcre2
import pytest

from persistence.errors import Unsupported
from persistence.mongo.patterns import LONGEST, pcre
from tests.persistence.random_patterns import differences, tried
from tmf_apis.tmf630.patterns import found

TEXTS = (
    "", "\n", "a", "a\n", "ab", "A", "b\na", "é", "É", "_", "5", "\u0665", "\t", "\v", "\u00a0",
    "aa", "aB", "a-b", "a.b", "\x85", "\u2028", "\u0342", "\u0391",
    "]", "-", "^", "\\", "abc\nabc", "K", "\u212a", "ſ", "日本語", "😀", "[:x:]", "Q",
)  # fmt: skip


@pytest.mark.parametrize(
    "pattern",
    [
        "a", "^a$", "(?m)^a$", "(?m)^$", "^$", r"a\z", r"\Aa", "a.", "(?s)a.", r"\d", r"\D", r"\w",
        r"\W", r"\s", r"\S", r"\bb\b", r"\Bb", r"a\B", "[a-c]+", "[^a-c]", r"[\d_]", r"[^\w]",
        r"[\W]", r"[\S]", r"[\D5]", "[]a]", "[^]a]", "[-a]", "[a-]", r"[\]\\]", "[[:alpha:]]",
        "[[:space:]x]", "[.]", "[$^]", "(?i)A", "(?i)[A-C]", "(?i)k", "(?i)é", "(?i:A)b", "a(?i)B",
        "(?i)a(?-i)B", "a|b", "(a)(b)", "(?:a|b)c?", "(?P<name>a)", "a{2}", "a{1,}", "a*?b", "a+?",
        r"\x61", r"\x{61}", r"\141", r"\Qa.b\E", r"\.", r"\\", r"\^", "日本", r"\t", "(?U)a+", "",
        "(ab)+", "(a|b)+", "[:x:]", "a ", "#", r"\_", "(?i)", "()", "|a", "a||b",
        "(a)?", r"(\b)?a", "[é-ü]", r"\n", "a{0}b", r"[\W_]", r"(?i)\W", r"(?i)[\W]", r"(?i)\w",
        "[[:^space:]]", "[^[:^alpha:]]", "a+(?i)?", "a(?i)+b", "(?i)a(?-i)*B", "(?s-s:a.)", "(?)a",
        r"\p{Greek}", r"\P{L}", r"[\pL\d]", r"(?i)\p{Lu}", "[]-a]", r"[\d-a]", "[a]-b", r"\x{d800}",
        r"[\x{d800}-\x{e000}]|a", ".*a.*b.*", "a.*.*b", r"\w+b\w*c", "(?:a|b)+c", "(?:ab)*c",
    ],
)  # fmt: skip
def test_a_pattern_is_found_in_the_same_texts(pattern: str) -> None:
    assert differences(pattern, pcre(pattern), list(TEXTS)) == []
    read = re.compile(pcre(pattern))
    for text in TEXTS:
        assert (read.search(text) is not None) == found(pattern, text), text


def test_so_it_is_for_patterns_at_random() -> None:
    outcome = tried(seed=2024, count=1_000, texts=3)
    assert outcome.differences == []
    assert outcome.counted["translated"] > 800


@pytest.mark.parametrize(
    "pattern", ["^(a+)+$", "b(a|aa)+$", "(.*a){30}", "(a?){100}a{100}", "b(a*)*c"]
)
def test_what_can_match_in_exponentially_many_ways_is_refused(pattern: str) -> None:
    with pytest.raises(Unsupported, match="many ways"):
        pcre(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        "^[a-m]+[f-z]+t@",
        "^" + "a?" * 30 + "a" * 30,
        r"b\w+\W*\w+x",
        "b(?:ab|a)*c",
        "(a.*b|c.*){2}d",
    ],
)
def test_what_can_match_in_too_many_ways_is_refused(pattern: str) -> None:
    """PCRE2 gives up after ten million steps, and who asks would not know."""
    with pytest.raises(Unsupported, match="many ways"):
        pcre(pattern)


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        (r"a\Cb", "byte"),
        (r"\b" * 480, f"{LONGEST} bytes"),
        (r"\pL\pN\pP\pS\pZ\pC", "more than 3"),
        ("(" * 480 + "a" + ")" * 480, "deeper"),
        (r"a*\B", "nothing but"),
    ],
)
def test_what_mongod_does_not_take_is_refused(pattern: str, why: str) -> None:
    with pytest.raises(Unsupported, match=why):
        pcre(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        ".*a.*b.*[cd]", "a.*b.*c.*[de]", "[^,]+,[^;]+;[xy]", r"(\w+\.)+[0-9]", r"\w+a\w+b\w+[.!]",
        "[a-z]+[a-z0-9]+[@!]", "^.*a.*b.*$", r"^(\d+\.)*\d+$", "(?s).*a.+b.*?[!?]",
        "a.{0,50}b.*[!?]",
    ],
)  # fmt: skip
def test_a_long_text_is_matched_in_few_steps(pattern: str) -> None:
    """As RE2 matches it, without coming near the limit of PCRE2."""
    compiled = pcre2.compile(pcre(pattern), pcre2.ASCII)
    for part in ("ab", "a", "1.", "a,b;", "ab\n"):
        text = "c!" + part * (10_000 // len(part))
        began = time.process_time()
        assert (compiled.search(text) is not None) == found(pattern, text), part
        assert time.process_time() - began < 5
