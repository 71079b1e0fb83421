"""Values that go wrong easily, by kind."""

from typing import Any

from tmf_apis.spec.types import Kind

#: Letters, blanks, case, the signs of queries, patterns and SQL, twins that only bytes tell apart,
#: nothing, the ends of lines, and what looks like a date-time where none is declared.
TEXTS = (
    "alpha", "Alpha", "ALPHA", "bravo", "bravo two", " bravo", "bravo ", "charlie", "delta9",
    "a,b", "a;b", "a&b=c", "a+b", "a b", "100%", "%41lpha", "_lpha", "*", "al*", "a.b", "a?b#c",
    "Z\u00fcrich", "Zu\u0308rich", "\u6771\u4eac", "\U0001f600", "\u0645\u0631\u062d\u0628\u0627",
    "O'Neil", "back\\slash", "[x]", "$name", "true", "5", "null", "<b>kit</b>", "kit/x",
    "", "two\r\nlines\tkit", "2031-01-01T15:30:00+05:30",
)  # fmt: skip
INTEGERS = (0, 1, -1, 2, 9, 10, 33, 100, 2**31 - 1, 2**53, 2**53 + 1, 1234567890123456789)
DECIMALS = (0, 0.1, 0.30000000000000004, 0.0000001, -1.5, 2, 9, 10, 33.25, 100, 1e15)
#: The first three are one moment, and the next two are a thousandth beside it.
INSTANTS = (
    "2031-01-01T10:00:00Z", "2031-01-01T15:30:00+05:30", "2031-01-01T10:00:00.000Z",
    "2031-01-01T10:00:00.001Z", "2031-01-01T09:59:59.999Z", "2030-12-31T23:30:00-01:00",
    "2031-01-01T00:00:00Z", "2032-02-29T12:00:00Z", "2031-10-01T00:00:00Z",
)  # fmt: skip
VALUES: dict[Kind, tuple[Any, ...]] = {
    Kind.TEXT: TEXTS,
    Kind.NUMBER: INTEGERS,
    Kind.BOOLEAN: (False, True),
    Kind.INSTANT: INSTANTS,
}
#: What every server takes: for what refuses the others.
TAME: dict[Kind, Any] = {
    Kind.TEXT: "kit",
    Kind.NUMBER: 1,
    Kind.BOOLEAN: True,
    Kind.INSTANT: INSTANTS[0],
}
