"""The Link header as RFC 8288 writes it."""

import re

#: The relations between pages; a server may link to anything else as well.
PAGES = frozenset({"self", "first", "prev", "next", "last"})

_PARAMETER = r';\s*([\w!#$%&\'*+.^`|~-]+)\s*(?:=\s*("(?:[^"\\]|\\.)*"|[^\s;,"]*))?\s*'
_VALUE = re.compile(rf"\s*<([^<>]*)>\s*((?:{_PARAMETER})*)(?:,|$)", re.ASCII)


def parse(text: str) -> list[tuple[str, dict[str, str]]] | None:
    """The targets of a header with their parameters, the first of a name; None if malformed."""
    found, position = [], 0
    while position < len(text.rstrip()):
        match = _VALUE.match(text, position)
        if match is None:
            return None
        parameters: dict[str, str] = {}
        for name, value in re.findall(_PARAMETER, match[2]):
            plain = re.sub(r"\\(.)", r"\1", value[1:-1]) if value.startswith('"') else value
            parameters.setdefault(name.lower(), plain)
        found.append((match[1], parameters))
        position = match.end()
    return found


def relations(text: str) -> dict[str, str]:
    """The targets of links between pages, by relation; empty if there are none."""
    return {
        relation: target
        for target, parameters in reversed(parse(text) or [])
        for relation in parameters.get("rel", "").lower().split()
        if relation in PAGES
    }
