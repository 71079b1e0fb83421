"""Content codings: which a client takes, and how they show in entity tags (RFC 9110, sections 8.4
and 12.5.3; D15).
"""

import re

from tmf_apis.memory import remembering

#: What can be made here; of equal ones a client gets the first.
CODINGS = ("br", "gzip")
_ALIASES = {"x-gzip": "gzip"}
_WEIGHT = re.compile(r"q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)")


@remembering(1 << 16, each=2)
def acceptable(accept: str) -> tuple[str, ...]:
    """The codings that an `Accept-Encoding` takes rather than none, heaviest first."""
    weights: dict[str, float] = {}
    for part in accept.lower().split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        found = _WEIGHT.fullmatch(parameters[0]) if parameters else None
        if name and (found or not parameters):
            weights[_ALIASES.get(name, name)] = float(found[1]) if found else 1.0
    others, least = weights.get("*", 0.0), weights.get("identity", 0.0)
    taken = {coding: weights.get(coding, others) for coding in CODINGS}
    fit = [coding for coding, weight in taken.items() if weight > 0 and weight >= least]
    return tuple(sorted(fit, key=taken.__getitem__, reverse=True))


def coded(tag: str, coding: str) -> str:
    """The entity tag of a representation in a coding; `tag` is that of the plain one."""
    return f'{tag[:-1]}-{coding}"'
