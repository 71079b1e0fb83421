"""URLs as they are shown to others than those who gave them: without what opens doors."""

import re
from urllib.parse import quote, urlsplit

_MASK = "***"
#: A piece of a path that is a secret rather than a name: long, with digits in it.
_SECRET = re.compile(r"(?=[^/]*\d)[^/]{20,}")
#: How much of such a piece stays, to tell one from another.
_SHOWN = 4
#: The value of a parameter, be it of the path or of the query.
_IN_PATH, _IN_QUERY = re.compile(r"=[^&;/]*"), re.compile(r"=[^&;]*")


def masked(url: str, *, path_too: bool = True) -> str:
    """A URL with stars for user and password, the values of its query, and, with `path_too`, long
    pieces of its path that hold digits, as the hooks of many a service have them.
    """
    try:
        parts = urlsplit(url)
        _, at, host = parts.netloc.rpartition("@")
    except ValueError:
        return _MASK
    path = parts.path
    if path_too:
        path = _SECRET.sub(lambda piece: piece[0][:_SHOWN] + _MASK, path)
    path = _IN_PATH.sub(f"={_MASK}", path)
    query = _IN_QUERY.sub(f"={_MASK}", parts.query) if "=" in parts.query else parts.query and _MASK
    return "".join(
        (
            f"{parts.scheme}://{_MASK + at if at else ''}{host}",
            quote(path, safe="/%:@!$&'()*+,;=~"),
            f"?{query}" if query else "",
            f"#{_MASK}" if parts.fragment else "",
        )
    )
