"""The kinds of settings: how the value of each is read and checked, and what it may be, in words.

A field refuses with the piece of its value that is wrong as the only message; who reads settings
makes the sentence.
"""

import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from marshmallow import ValidationError
from marshmallow import fields as f

from tmf_apis.behaviour import no_return
from tmf_apis.behaviour.cancelling import policy
from tmf_apis.behaviour.reference_policy import Policy
from tmf_apis.flow.timeouts import ALL, USUAL
from tmf_apis.neighbours import ALLOWED, addresses

Number = TypeVar("Number", int, float)
Value = TypeVar("Value")

STRICT_WORDS = (
    "attributes",
    "business",
    "conditional",
    "lifecycle",
    "parameters",
    "system-attributes",
)
#: The kinds of requests that have limits of their own, and the largest limit.
LIMITED, LARGEST_LIMIT = ("read", "list", "write"), 1_000_000
#: Seconds that a step of the flow may be given.
LONGEST_STEP = 86_400
#: The fewest characters of a token that opens doors.
SHORTEST_TOKEN = 16
ISSUERS = "URLs of https by commas, of http on this machine only"
SAFE_URL = "a URL of https, or of http on this machine"
HOST = "a name or an address, without scheme and port"
TOKEN = f"at least {SHORTEST_TOKEN} characters"
REFERENCE_POLICY = f"{', '.join(Policy)} or a file that is there"

#: A scheme, a host, and a port that is not the usual one.
_ORIGIN = re.compile(r"https?://(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?")
_SWITCH = {"1": True, "0": False, "true": True, "false": False}
_SWITCH |= {"yes": True, "no": False, "on": True, "off": False}


class _Setting(f.Field[Any]):
    """A value as `read` makes it. `read` raises `_Wrong` or `ValueError`."""

    def __init__(self, read: Callable[[Any], Any], allowed: str) -> None:
        super().__init__(metadata={"allowed": allowed})
        self._read = read

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> Any:
        try:
            return self._read(value)
        except _Wrong as error:
            raise ValidationError(error.piece) from error
        except ValueError as error:
            raise ValidationError(str(value)) from error


@dataclass
class _Wrong(ValueError):
    """The piece of a list that is wrong."""

    piece: str


def text(check: Callable[[str], object] = str, allowed: str = "any text") -> f.Field[str]:
    """A text. `check` raises `ValueError`, or gives 0 or False, where it may not be."""

    def read(value: Any) -> str:
        if check(value) in (0, False):
            raise ValueError(value)
        return str(value)

    return _Setting(read, allowed)


def whole(low: int, high: int | None = None) -> f.Field[int]:
    """A whole number."""
    return _Setting(lambda value: _within(int(str(value)), low, high), _range(low, high))


def decimal(low: int, high: int) -> f.Field[float]:
    """A number that may have a fraction."""
    return _Setting(lambda value: _within(float(value), low, high), _range(low, high))


def switch() -> f.Field[bool]:
    """On or off."""
    return _Setting(lambda value: _among(_SWITCH, str(value).lower()), "1 or 0")


def words() -> f.Field[tuple[str, ...]]:
    """Texts joined by commas, in lower case."""
    return _list(str, "texts by commas")


def hosts() -> f.Field[tuple[str, ...]]:
    """Names of hosts; `*.example.com` is all below."""
    return _list(is_host, "names or addresses by commas, without scheme and port")


def networks() -> f.Field[tuple[str, ...]]:
    """Networks. One whose address lies within it, as `10.1.2.3/8` does, may be meant smaller."""
    return _list(ip_network, "networks by commas, as 10.1.0.0/16")


def origins() -> f.Field[tuple[str, ...]]:
    """Origins of web pages; `*` is all."""
    return _list(is_origin, "origins by commas, as https://app.example.com, or *")


def issuers() -> f.Field[tuple[str, ...]]:
    """URLs of OpenID providers, as their tokens spell them."""
    return _list(_checked(is_issuer), ISSUERS, fold=str)


def schemes() -> f.Field[tuple[str, ...]]:
    """Schemes of callbacks."""
    return _list(lambda part: _among({"http": 1, "https": 1}, part), "http, https or both")


def limits(least: float) -> f.Field[tuple[str, ...]]:
    """Limits by kind of request, each `kind=number`."""
    kinds = ", ".join(f"{kind}=NUMBER" for kind in LIMITED)
    allowed = f"{kinds} by commas, from {least:g} on"
    return _list(_numbered(LIMITED, least, LARGEST_LIMIT), allowed)


def step_timeouts() -> f.Field[tuple[str, ...]]:
    """Seconds by kind of step of the flow, each `kind=number`; `all` for all kinds."""
    check = _numbered((*USUAL, ALL), 0.1, LONGEST_STEP)
    return _list(check, f"KIND=SECONDS by commas, up to {LONGEST_STEP}; {ALL}=SECONDS for all")


def replaced_steps() -> f.Field[tuple[str, ...]]:
    """Kinds of step of the flow."""
    allowed = f"some of {', '.join(USUAL)} by commas"
    return _list(lambda part: _among(dict.fromkeys(USUAL, 1), part), allowed)


def neighbours() -> f.Field[tuple[str, ...]]:
    """Where other servers keep APIs, each `API=URL`."""

    def read(value: Any) -> tuple[str, ...]:
        return addresses(",".join(value) if isinstance(value, (list, tuple)) else str(value))

    return _Setting(_named(read), ALLOWED)


def strict_words() -> f.Field[frozenset[str]]:
    """What to be strict about; `1` means all, nothing or `0` none."""

    def read(value: Any) -> frozenset[str]:
        found = frozenset(part.strip() for part in str(value).split(",") if part.strip())
        if found == {"1"}:
            return frozenset(STRICT_WORDS)
        found -= {"0"}
        for word in sorted(found - set(STRICT_WORDS)):
            raise _Wrong(word)
        return found

    return _Setting(read, f"{', '.join(STRICT_WORDS)} by commas, or 1")


def paths(check: Callable[[Path], bool], allowed: str) -> f.Field[tuple[Path, ...]]:
    """Paths joined by the system's path separator."""

    def read(value: Any) -> tuple[Path, ...]:
        parts = value if isinstance(value, (list, tuple)) else str(value).split(os.pathsep)
        return tuple(_path(part, check) for part in parts if str(part))

    return _Setting(read, allowed)


def file() -> f.Field[Path]:
    """A file that is there."""
    return _Setting(lambda value: _path(value, Path.is_file), "a file that is there")


def folder() -> f.Field[Path]:
    """A folder that is there."""
    return _Setting(lambda value: _path(value, Path.is_dir), "a folder that is there")


def place() -> f.Field[Path]:
    """A folder that may not be there yet."""
    return _Setting(lambda value: _path(value, lambda path: not path.is_file()), "a folder")


def is_issuer(value: str) -> bool:
    """Whether what is there cannot be forged on the way: by https, or on this machine."""
    try:
        parts = urlsplit(value)
        host = parts.hostname or ""
    except ValueError:
        return False
    plain = not (parts.query or parts.fragment or "@" in parts.netloc)
    near = host == "localhost" or _is_loopback(host)
    return plain and bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and near))


def is_safe_url(value: str) -> bool:
    """Whether it is nothing, or what is sent there cannot be read on the way."""
    return not value or is_issuer(value)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def is_host(value: str) -> None:
    """Raise `ValueError` unless it is a name or an address."""
    if any(character in "/: " for character in value.strip("[]")):
        ip_address(value)


def is_origin(value: str) -> None:
    """Raise `ValueError` unless it is an origin or `*`."""
    if value != "*" and not _ORIGIN.fullmatch(value):
        raise ValueError(value)


def is_base_url(value: str) -> bool:
    """Whether hrefs may begin with it."""
    parts = urlsplit(value)
    return not value or (
        parts.scheme in ("http", "https") and bool(parts.netloc) and not parts.query
    )


def is_token(value: str) -> bool:
    """Whether it may open doors; nothing opens none."""
    return not value or len(value) >= SHORTEST_TOKEN


def is_cancellation(value: str) -> None:
    """Raise `ValueError` unless it says who decides about cancellations."""
    policy(value)


def is_point_of_no_return(value: str) -> None:
    """Raise `ValueError` unless it says until when an order may be changed."""
    no_return.policy(value)


def is_reference_policy(value: str) -> bool:
    """Whether it is a policy for references, or a file of such."""
    return value in list(Policy) or Path(value).is_file()


def on_one_line(value: str) -> str:
    """A value as a message shows it."""
    return value if value.isprintable() else repr(value)


def _checked(check: Callable[[str], bool]) -> Callable[[str], None]:
    """A check that raises `ValueError`."""

    def checked(value: str) -> None:
        if not check(value):
            raise ValueError(value)

    return checked


def _named(read: Callable[[Any], Value]) -> Callable[[Any], Value]:
    """The same, whose `ValueError` says which piece is wrong."""

    def named(value: Any) -> Value:
        try:
            return read(value)
        except ValueError as error:
            raise _Wrong(str(error)) from error

    return named


def _numbered(kinds: Iterable[str], least: float, most: float) -> Callable[[str], None]:
    """A check of `kind=number`."""

    def check(part: str) -> None:
        kind, _, number = part.partition("=")
        _among(dict.fromkeys(kinds, True), kind)
        _within(float(number), least, most)

    return check


def _list(
    check: Callable[[str], object], allowed: str, fold: Callable[[str], str] = str.lower
) -> f.Field[tuple[str, ...]]:
    def read(value: Any) -> tuple[str, ...]:
        parts = value if isinstance(value, (list, tuple)) else str(value).split(",")
        found = tuple(fold(str(part).strip()) for part in parts if str(part).strip())
        for part in found:
            try:
                check(part)
            except ValueError as error:
                raise _Wrong(part) from error
        return found

    return _Setting(read, allowed)


def _path(value: Any, check: Callable[[Path], bool]) -> Path:
    path = Path(value)
    if not check(path):
        raise _Wrong(str(value))
    return path


def _within(number: Number, low: float, high: float | None) -> Number:
    # That which is no number is within nothing.
    if not (low <= number and (high is None or number <= high)):
        raise ValueError(number)
    return number


def _among(known: Mapping[str, Value], word: str) -> Value:
    if word not in known:
        raise ValueError(word)
    return known[word]


def _range(low: int, high: int | None) -> str:
    return f"{low} or more" if high is None else f"{low} to {high}"
