"""Entity versions: several of one catalogue entity share an id (section 13, R-1301..R-1304)."""

import re
from typing import Any
from urllib.parse import quote

from tmf_apis.tmf630.errors import INVALID_ID, TmfError
from tmf_apis.tmf630.query_string import readings

MAX_VERSION = 255
_ADDRESSED = re.compile(r"(.+):\(version=(.*)\)", re.IGNORECASE | re.DOTALL)


def version_of(document: dict[str, Any]) -> str:
    """The entity version a resource names, empty when it names none.

    Raises `TmfError` (400) for one that is too long to be part of a URL.
    """
    version = document.get("version")
    if not isinstance(version, str):
        return ""
    if len(version) > MAX_VERSION:
        raise TmfError(INVALID_ID, f"/version: at most {MAX_VERSION} characters are allowed.")
    return version


def addressed(id: str) -> tuple[str, str | None]:
    """The id and version in the last segment of a path such as `42:(version=1.0)` (R-1303)."""
    match = _ADDRESSED.fullmatch(id)
    return (match[1], match[2].strip("\"'")) if match else (id, None)


def suffix(version: str) -> str:
    """What follows an id in the `href` of a version that is not the latest (D28)."""
    # Quotes around the value of a parameter are dropped; those of the version itself stay.
    spelt = version if readings(version)[-1] == version else f'"{version}"'
    return f"?version={quote(spelt, safe='')}"
