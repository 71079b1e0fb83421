"""Single values that fit a schema: its format, its pattern and its bounds.

A pattern is met by trying: the schema's own example first, then texts as such patterns are after
(codes, numbers, dates, addresses). Where none fits, the plain text is given, and whoever asked
finds out.
"""

import re
from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]

START, END = "2026-01-02T03:04:05.000Z", "2026-11-12T13:14:15.000Z"
#: What a text is in each format; another format is plain text.
_FORMATS = {
    "date-time": START,
    "date": "2026-01-02",
    "uri": "https://example.com/kit",
    "url": "https://example.com/kit",
    "email": "kit@example.com",
    "byte": "a2l0",
    "base64": "a2l0",
    "time": "03:04:05Z",
    "uuid": "6f1c7a52-3c1f-4d58-9f43-0d8a5d1e2b7c",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "hostname": "example.com",
    "duration": "P1D",
}
#: Attributes whose meaning a schema does not say.
_MEANINGS: dict[str, Any] = {
    "unit": "EUR",
    "endDateTime": END,
    "href": "https://example.com/kit",
}
#: What patterns are usually after.
_TEXTS = (
    "kit", "KIT", "Kit", "k", "K", "1", "0", "12", "123", "1234", "12345", "123456", "1234567890",
    "a1", "A1", "en", "EN", "en-US", "de", "DE", "DEU", "EUR", "1.0", "1.0.0", "v1", "V1", "P1D",
    "PT1H", "2026", "2026-01-02", "03:04", "03:04:05", "+4930123456", "00:00:5e:00:53:01",
    "urn:kit:1", "http://example.com/kit#", "kit:1", "kit_1", "kit-1", "#a1b2c3", "true", "",
    *_FORMATS.values(),
)  # fmt: skip


def scalar(schema: Json, attribute: str) -> Any:
    """A value of a schema that is neither an object nor a list, for an attribute of a name."""
    every = list(_candidates(schema, attribute))
    return next((value for value in every if fits(schema, value)), every[0])


def fits(schema: Json, value: Any) -> bool:
    """Whether a text or a number is within what a schema says of its pattern and bounds."""
    if isinstance(value, str):
        return _text_fits(schema, value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return True
    low, high = schema.get("minimum"), schema.get("maximum")
    above, below = schema.get("exclusiveMinimum"), schema.get("exclusiveMaximum")
    step = schema.get("multipleOf")
    return (
        (low is None or (value > low if above is True else value >= low))
        and (high is None or (value < high if below is True else value <= high))
        and (isinstance(above, bool) or above is None or value > above)
        and (isinstance(below, bool) or below is None or value < below)
        and (not step or value % step == 0)
    )


def _text_fits(schema: Json, value: str) -> bool:
    if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)):
        return False
    try:
        return "pattern" not in schema or re.search(schema["pattern"], value) is not None
    except re.error:
        return True


def _candidates(schema: Json, attribute: str) -> Iterator[Any]:
    """Values to try, the plainest first; there is always one."""
    kind = schema.get("type")
    if kind == "boolean":
        yield False
    elif kind in ("integer", "number"):
        yield from _numbers(schema, whole=kind == "integer")
    elif kind == "object":
        yield {}
    elif attribute in _MEANINGS:
        yield _MEANINGS[attribute]
    else:
        yield from _texts(schema, attribute)


def _numbers(schema: Json, *, whole: bool) -> Iterator[int | float]:
    yield 1 if whole else 1.5
    yield from (schema[n] for n in ("example", "default") if _is_number(schema.get(n), whole=whole))
    bounds = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
    for near in [schema[n] for n in bounds if _is_number(schema.get(n), whole=False)]:
        for value in (near, near + 1, near - 1, near + 0.5, near * 2):
            yield int(value) if whole else value


def _texts(schema: Json, attribute: str) -> Iterator[str]:
    plain = f"kit {attribute}".strip()
    text = _FORMATS.get(schema.get("format", ""), plain)
    yield text.replace(" ", "-") if attribute == "id" else text
    yield from (schema[n] for n in ("example", "default") if isinstance(schema.get(n), str))
    yield from (attribute, *_TEXTS)
    least = schema.get("minLength", 0)
    yield from ((plain * least)[:least], plain[: schema.get("maxLength")], "1" * least, "A" * least)


def _is_number(value: Any, *, whole: bool) -> bool:
    kinds = int if whole else (int, float)
    return isinstance(value, kinds) and not isinstance(value, bool)
