"""The first words with a server: whether it can be judged where it was looked for."""

from urllib.parse import urljoin

from conformance.client import Answer, NoAnswer, Session
from tmf_apis.spec.model import ApiSpec

#: The answers that send a client elsewhere.
_MOVED = (301, 302, 303, 307, 308)


async def greet(api: ApiSpec, session: Session) -> str:
    """Why the server cannot be judged; empty when it answers."""
    elsewhere = ""
    try:
        for resource in api.resources:
            path = "/" + "/".join(resource.segments)
            found = await session.send("GET", f"{path}?limit=1")
            if found.status in _MOVED and "location" in found.headers:
                elsewhere = elsewhere or _way_to(found, path)
            elif found.status != 404:
                return ""
    except NoAnswer as silence:
        return f"the server does not answer: {silence.exchange.error}"
    base = session.client.base
    return elsewhere or f"there is no {api.title} at {base}: every collection answers 404"


def _way_to(found: Answer, path: str) -> str:
    """Where a server sends its clients, as a base path if that can be told."""
    target = urljoin(found.url, found.headers["location"])
    base = target.partition("?")[0].removesuffix(path)
    if base == target.partition("?")[0]:
        return f"the server redirects {found.url} to {target}, and the kit follows no redirects"
    return f"the server redirects to {base}; give that as --url"
