"""Entity versions: several of one catalogue entity share an id (section 13, R-1301..R-1305)."""

import re
from typing import Any
from urllib.parse import quote

_ADDRESSED = re.compile(r"(.+):\(version=(.*)\)", re.IGNORECASE | re.DOTALL)
_PART = re.compile(r"(\d+)|(\D+)")


def version_of(document: dict[str, Any]) -> str:
    """The entity version a resource names, empty when it names none."""
    version = document.get("version")
    return version if isinstance(version, str) else ""


def rank(version: str) -> str:
    """A text that sorts as versions do: numeric parts as numbers, so 1.10 follows 1.9 (R-1305)."""
    return "".join(
        number.lstrip("0").rjust(20, "0") if number else other
        for number, other in _PART.findall(version)
    )


def addressed(id: str) -> tuple[str, str | None]:
    """The id and version in the last segment of a path such as `42:(version=1.0)` (R-1303)."""
    match = _ADDRESSED.fullmatch(id)
    return (match[1], match[2].strip("\"'")) if match else (id, None)


def suffix(version: str) -> str:
    """What follows an id in the `href` of a version added later (D2)."""
    return f"?version={quote(version, safe='')}"
