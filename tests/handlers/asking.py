"""Judge whole answers: status, headers and body."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote

import httpx

from tests.handlers.facts import Json
from tmf_apis.tmf630.errors import CATALOGUE

JSON = "application/json"
#: From so many bytes on an answer is packed for who asks for that.
PACKED = 1024
NOW = "(the time of the request)"
_CAUSES = {cause.code: cause for cause in CATALOGUE}


def refused(answer: httpx.Response, status: int, code: str, about: str = "") -> Json:
    """The `Error` body of a refusal, which says what it is about (R-203, R-205)."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == JSON
    assert int(answer.headers["content-length"]) == len(answer.content)
    error: Json = answer.json()
    assert list(error) == ["@type", "code", "reason", "message", "status"]
    assert error["@type"] == "Error"
    assert error["status"] == str(status)
    assert error["code"] == code, error
    assert error["reason"] == _CAUSES[code].reason
    assert error["message"].strip()
    assert about in error["message"]
    return error


def names_of(answer: httpx.Response) -> set[str]:
    """The names of the headers of an answer, but for what a body says that is long enough to be
    packed for others.
    """
    names = set(answer.headers)
    assert ("vary" in names) is (len(answer.content) >= PACKED)
    return names - {"vary"}


def shown(answer: httpx.Response, status: int = 200) -> Any:
    """The JSON of a successful answer."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == JSON
    assert int(answer.headers["content-length"]) == len(answer.content)
    return answer.json()


def hinted(answer: httpx.Response) -> list[str]:
    """What an answer says in `Tmf-Hint`, field by field (D24)."""
    return answer.headers.get_list("tmf-hint")


def ids(answer: httpx.Response) -> list[str]:
    """The ids in a list answer of any status that shows one."""
    assert answer.status_code in (200, 206), answer.text
    return [resource["id"] for resource in answer.json()]


def links(answer: httpx.Response) -> dict[str, str]:
    """The URLs of the `Link` header by relation."""
    return {rel: link["url"] for rel, link in answer.links.items()}


def query_of(url: str) -> str:
    return unquote(httpx.URL(url).query.decode())


def at_present(resource: Json) -> Json:
    """The resource with every first-level time of this minute named so."""
    return {name: NOW if _is_now(value) else value for name, value in resource.items()}


def _is_now(value: Any) -> bool:
    if not isinstance(value, str) or not value.endswith("Z"):
        return False
    try:
        return abs(datetime.now(UTC) - datetime.fromisoformat(value)) < timedelta(minutes=1)
    except ValueError:
        return False
