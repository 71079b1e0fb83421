"""A hundred thousand patterns at random, translated for MongoDB: PCRE2 finds what RE2 finds."""

import os
from typing import Any

import pcre2

from tests.persistence.random_patterns import tried

PATTERNS = int(os.environ.get("TMF_PROOF_PATTERNS", "100000"))
#: Texts that each pattern is tried on.
TEXTS = 3


def prove() -> dict[str, Any]:
    """How many patterns were translated and refused, and whether the engines ever differed."""
    outcome = tried(630, PATTERNS, TEXTS)
    translated, refused = outcome.counted["translated"], outcome.counted["refused"]
    return {
        "holds": not outcome.differences and translated > 0.8 * PATTERNS,
        "summary": f"{translated} patterns matched alike by PCRE2 {pcre2.__libpcre2_version__}"
        f" and RE2, {TEXTS} texts each; {refused} refused; {len(outcome.differences)} differences",
        "differences": outcome.differences[:20],
    }
