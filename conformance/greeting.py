"""The first words with a server: whether it can be judged where it was looked for."""

from codecs import BOM_UTF8
from collections import Counter
from urllib.parse import urljoin

from conformance.client import Answer, NoAnswer, Session
from conformance.resource import collection, nested
from tmf_apis.spec.model import ApiSpec

#: The answers that send a client elsewhere.
_MOVED = (301, 302, 303, 307, 308)
#: What is said of an API that is not there.
NOWHERE = "there is no"
#: What a compressed body begins with.
_GZIP = b"\x1f\x8b"


async def greet(api: ApiSpec, session: Session) -> str:
    """Why the server cannot be judged; empty when any collection answers as one might."""
    obstacles = []
    try:
        for path in _collections(api):
            found = await session.send("GET", f"{path}?limit=1")
            obstacle = _obstacle(found, path)
            if not obstacle:
                return ""
            obstacles.append(obstacle)
    except NoAnswer as silence:
        return f"the server does not answer: {silence.exchange.error}"
    away = [obstacle for obstacle in obstacles if obstacle != NOWHERE]
    if away:
        ((most, _),) = Counter(away).most_common(1)
        return most
    base = session.client.base
    return f"{NOWHERE} {api.title} at {base}: every collection answers 404"


def _collections(api: ApiSpec) -> list[str]:
    """The collections that stand by themselves; where all are nested, those."""
    apart = [resource for resource in api.resources if not nested(resource)]
    return [collection(resource) for resource in apart or api.resources]


def _obstacle(found: Answer, path: str) -> str:
    """What stands between the kit and a collection, in a sentence; empty for nothing."""
    if found.status in _MOVED and "location" in found.headers:
        return _way_to(found, path)
    if found.status == 404:
        return NOWHERE
    if found.status == 401:
        return (
            "the server does not know who asks (401): give credentials by --header, or by "
            "--oauth2-token-url and its companions"
        )
    if found.status == 403:
        return "the server lets the kit read nothing (403): the credentials lack the right"
    if found.status >= 500 and found.status != 501:
        return f"the server is broken or not ready: its collections answer {found.status}"
    return _no_json(found) if found.status == 200 else ""


def _no_json(found: Answer) -> str:
    """What a success is that is no JSON."""
    if not found.content or found.json is not None or found.content.strip() == b"null":
        return ""
    if found.content.startswith(BOM_UTF8):
        return ""  # JSON with a byte order mark before it: R-109 tells of that.
    if found.content.startswith(_GZIP):
        return "the server sends compressed bodies and does not say so (no Content-Encoding)"
    media = found.headers.get("content-type", "no Content-Type")
    page = "html" in media or found.content.lstrip()[:1] == b"<"
    what = "pages, not JSON" if page else "no JSON"
    return f"what answers at {found.url.partition('?')[0]} sends {what} ({media}): is it the API?"


def _way_to(found: Answer, path: str) -> str:
    """Where a server sends its clients, as a base path if that can be told."""
    target = urljoin(found.url, found.headers["location"])
    base = target.partition("?")[0].removesuffix(path)
    if base == target.partition("?")[0]:
        return f"the server redirects {found.url} to {target}, and the kit follows no redirects"
    return f"the server redirects to {base}; give that as --url"
