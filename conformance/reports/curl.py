"""An exchange as a command a person can run again."""

import re
import shlex
from urllib.parse import urlsplit, urlunsplit

from conformance.results import Exchange

MASK = "***"
#: Headers whose value opens a door.
_SECRET = {"authorization", "cookie", "proxy-authorization", "x-api-key", "apikey", "set-cookie"}
#: Headers that curl writes better by itself.
_OWN = {
    "accept-encoding",
    "connection",
    "content-length",
    "host",
    "transfer-encoding",
    "user-agent",
}
_SECRET_PARAMETER = re.compile(
    r"(?i)((?:^|&)(?:access_token|api_?key|client_secret|token)=)[^&]*", re.ASCII
)


def command(exchange: Exchange) -> str:
    """The request as a curl command for a POSIX shell; secrets are masked."""
    # --globoff: brackets and braces of JSONPath are meant literally.
    lines = ["curl --include --globoff", *_method(exchange.method)]
    lines += [
        f"--header {shlex.quote(f'{name}: {value}')}"
        for name, value in masked(exchange.request_headers)
        if name.lower() not in _OWN
    ]
    if exchange.request_body:
        lines.append(f"--data-raw {shlex.quote(exchange.request_body)}")
    return " \\\n  ".join([*lines, shlex.quote(address(exchange.url))])


def masked(headers: tuple[tuple[str, str], ...]) -> list[tuple[str, str]]:
    """The headers without their secrets."""
    return [(name, MASK if name.lower() in _SECRET else value) for name, value in headers]


def address(url: str) -> str:
    """The URL without a password or token in it."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    authority = f"{MASK}@{host}" if host != parts.netloc else host
    query = _SECRET_PARAMETER.sub(rf"\g<1>{MASK}", parts.query)
    return urlunsplit((parts.scheme, authority, parts.path, query, parts.fragment))


def _method(method: str) -> list[str]:
    return {"GET": [], "HEAD": ["--head"]}.get(method, [f"--request {shlex.quote(method)}"])
