"""Whether `Accept` leaves room for JSON (RFC 9110, section 12.5.1; R-110)."""

import re

from tmf_apis.memory import remembering

#: The media ranges that `application/json` is in, the most specific with the highest number. Old
#: clients write a lone star.
_RANGES = {"application/json": 2, "application/*": 1, "*/*": 0, "*": 0}
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_WEIGHT = re.compile(r"\d+\.?\d*|\.\d+", re.ASCII)


@remembering(1 << 16, each=2)
def takes_json(accept: str) -> bool:
    """Whether a client with this `Accept` takes `application/json`.

    The most specific range that it is in decides, and of equal ones the heaviest; what weighs
    nothing is refused. `application/hal+json` is another media type.
    """
    ranges = [part.strip() for part in _QUOTED.sub("", accept).lower().split(",")]
    found = [weight for part in ranges if (weight := _weight(part)) is not None]
    return max(found)[1] > 0 if found else not any(ranges)


def _weight(part: str) -> tuple[tuple[int, int], float] | None:
    """How specific a range is, and its weight; None when JSON is not in it."""
    media, *parameters = (piece.strip() for piece in part.split(";"))
    if media not in _RANGES:
        return None
    others = 0
    weight = 1.0
    for parameter in parameters:
        name, _, value = (piece.strip() for piece in parameter.partition("="))
        if name != "q":
            others += 1
        elif _WEIGHT.fullmatch(value):
            weight = float(value)
    return (_RANGES[media], others), weight
