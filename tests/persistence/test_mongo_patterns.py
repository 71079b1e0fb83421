"""RE2 patterns mean the same when MongoDB matches them; what cannot is refused."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from persistence.errors import Unsupported
from persistence.mongo.patterns import pcre
from tmf_apis.tmf630.patterns import BadPattern, found

TEXTS = (
    "", "\n", "a", "a\n", "ab", "A", "b\na", "é", "É", "_", "5", "\u0665", "\t", "\v", "\u00a0",
    "aa", "a.b", "]", "-", "^", "\\", "abc\nabc", "K", "\u212a", "ſ", "日本語", "😀", "[:x:]", "Q",
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
        "(a)?", r"(\b)?a", "[é-ü]", r"\n", "a{0}b",
    ],
)  # fmt: skip
def test_a_pattern_is_found_in_the_same_texts(pattern: str) -> None:
    read = re.compile(pcre(pattern))
    for text in TEXTS:
        assert (read.search(text) is not None) == found(pattern, text), text


@given(st.text("ab.()|[]^$*+?\\dwbsz{1,2}-:i\n", max_size=12), st.text("ab.1 \n-_", max_size=8))
def test_so_it_is_for_patterns_at_random(pattern: str, text: str) -> None:
    try:
        expected = found(pattern, text)
        read = pcre(pattern)
    except (BadPattern, Unsupported):
        return
    assert (re.search(read, text) is not None) == expected


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|aa)+$", "(.*a){30}", "(a?){100}a{100}", "(a*)*"])
def test_what_can_match_in_exponentially_many_ways_is_refused(pattern: str) -> None:
    with pytest.raises(Unsupported, match="many ways"):
        pcre(pattern)
