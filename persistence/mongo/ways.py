"""How many ways a part of a pattern may match from one place, by the length of the text.

A repetition without an end may match in as many ways as the text has characters. So ways are a
number and a number for each character; and a product of such is told as if the text had `LENGTH`.
"""

from math import isqrt
from typing import NamedTuple

#: Steps from one place in a text that PCRE may take, and the length of text that is reckoned with.
MOST = 10_000_000
LENGTH = 100_000


class Ways(NamedTuple):
    """So many ways, and so many for each character of the text."""

    fixed: int = 1
    each: int = 0

    @property
    def most(self) -> int:
        """How many there are in a text that is reckoned with."""
        return self.fixed + self.each * LENGTH

    def times(self, other: "Ways") -> "Ways":
        """Ways of one part with each way of another."""
        fixed = self.fixed * other.fixed
        each = self.fixed * other.each + self.each * (other.fixed + other.each * LENGTH)
        return Ways(min(MOST + 1, fixed), min(MOST + 1, each))

    def to_the(self, count: int) -> "Ways":
        """Ways of so many such parts one behind another."""
        made = Ways()
        for _ in range(min(count, 64)):
            made = made.times(self)
        return made

    def plus(self, other: "Ways") -> "Ways":
        """Ways of one part or the other."""
        return Ways(min(MOST + 1, self.fixed + other.fixed), min(MOST + 1, self.each + other.each))

    def or_more(self, other: "Ways") -> "Ways":
        """As many as either has at most."""
        return Ways(max(self.fixed, other.fixed), max(self.each, other.each))

    def longest(self, steps: int, beside: int, *, anchored: bool) -> int:
        """The length of a text that is searched in so many steps, `beside` those of the ways as
        many others from each place; one that is `anchored` is searched from one place alone.
        """
        others = self.fixed + beside
        if anchored:
            return max(0, steps - others) // (self.each + 1)
        if not self.each:
            return steps // others
        return (isqrt(others * others + 4 * self.each * steps) - others) // (2 * self.each)


ONE = Ways()
TOO_MANY = Ways(MOST + 1)
