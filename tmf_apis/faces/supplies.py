"""What stands in for an attribute that one version demands and the other lacks (section 10)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tmf_apis.faces.plan import NOTHING, OUT, Json, Supply
from tmf_apis.faces.table import Medium, Parties


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Of which class of the newer side an object is, and what else a supply may need."""

    of: str
    parties: Parties
    media: Mapping[str, Medium]
    #: The base path of the API on the side that demands.
    base_path: str


def supply(said: Any, here: Circumstances) -> Supply:
    """The supply that a table writes: a constant, `=path` of the object, or `@name`."""
    if isinstance(said, str) and said.startswith("="):
        return _copied(said[1:].split("."))
    if isinstance(said, str) and said.startswith("@"):
        return _COMPUTED[said[1:]](here)
    return lambda out, source, at: said


def _copied(path: list[str]) -> Supply:
    def copied(out: Json, source: Json, at: str) -> Any:
        value: Any = out
        for name in path:
            if not isinstance(value, dict) or name not in value:
                return OUT
            value = value[name]
        return OUT if isinstance(value, str) and not value.strip() else value

    return copied


def _party_type(here: Circumstances) -> Supply:
    words = {here.parties.party: "Party", here.parties.role: "PartyRole"}
    return lambda out, source, at: words.get(here.of) or source.get("@type", here.of)


def _medium_type(here: Circumstances) -> Supply:
    medium = here.media.get(here.of)
    return lambda out, source, at: medium.written if medium else "other"


def _feature_characteristic(here: Circumstances) -> Supply:
    def made(out: Json, source: Json, at: str) -> Any:
        enabled = out.get("isEnabled", True)
        return [{"name": "isEnabled", "valueType": "boolean", "value": enabled}]

    return made


def _resource_href(here: Circumstances) -> Supply:
    return lambda out, source, at: f"{here.base_path}/resource/{out['id']}" if "id" in out else OUT


def _href_tail(here: Circumstances) -> Supply:
    def tail(out: Json, source: Json, at: str) -> Any:
        href = out.get("href")
        found = href.rstrip("/").rpartition("/")[2] if isinstance(href, str) else ""
        return found if found.strip() else OUT

    return tail


def _now(here: Circumstances) -> Supply:
    return lambda out, source, at: at


def _whole(here: Circumstances) -> Supply:
    """Nothing, unless the source has an amount, which then is no whole number (V-30)."""
    return lambda out, source, at: OUT if "amount" in source else NOTHING


_COMPUTED: Mapping[str, Callable[[Circumstances], Supply]] = {
    "partyType": _party_type,
    "mediumType": _medium_type,
    "featureCharacteristic": _feature_characteristic,
    "resourceHref": _resource_href,
    "hrefTail": _href_tail,
    "now": _now,
    "whole": _whole,
}
