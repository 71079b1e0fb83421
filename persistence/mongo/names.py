"""Names that are safe in MongoDB: of collections, and of fields made from attribute names.

A dollar, a dot or a NUL means something to the server, so none of them reaches it in a name.
"""

from hashlib import blake2b

from persistence.mirror import path_text
from tmf_apis.tmf630.query import Kind, Path

#: What the server treats specially, and the percent sign that stands for it.
_SPECIAL = str.maketrans({"%": "%25", ".": "%2E", "$": "%24", "\0": "%00"})
#: Longer names of collections are cut; with the database a name may have 255 bytes.
_LONGEST = 150

#: The field in which a record keeps the second of its faces, and what the names there begin with.
TWIN = "t"
WITHIN = f"{TWIN}."

#: Collections of the store itself.
CATALOGUE, EVENTS, LOADS = "tmf.catalogue", "tmf.events", "tmf.loads"
SLOTS, BESIDE = "tmf.slots", "tmf.beside"


def collection_name(name: str) -> str:
    """The MongoDB collection of a store collection: `/a/v4/b` is kept in `records.a.v4.b`."""
    dotted = name.strip("/").replace("%", "%25").replace(".", "%2E").replace("/", ".")
    safe = dotted.replace("$", "%24").replace("\0", "%00")
    if len(safe.encode()) > _LONGEST:
        digest = blake2b(safe.encode(), digest_size=8).hexdigest()
        safe = f"{safe.encode()[:_LONGEST].decode(errors='ignore')}~{digest}"
    return f"records.{safe}"


def member(name: str) -> str:
    """The field of a member of a JSON object in the queryable copy; never a number or empty."""
    return "_" + name.translate(_SPECIAL)


def column(path: Path, kind: Kind) -> str:
    """The field of a declared scalar in the typed mirror, for instance `c.validFor%2Eend:i`."""
    return f"c.{column_key(path, kind)}"


def column_key(path: Path, kind: Kind) -> str:
    """The same within `c`. It tells the kind: a value never stands where another is meant."""
    return f"{path_text(path).translate(_SPECIAL)}:{kind.value[0]}"


def mention(path: Path, text: str) -> str:
    """A reference or a characteristic as one text of the multi-value index."""
    return f"{path_text(path)}\x1f{text}"
