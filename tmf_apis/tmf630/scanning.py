"""What may stand in a JSON text, told by a look at its bytes."""


def holds(raw: bytes, part: bytes) -> bool:
    """Whether a part stands in some bytes; `in` would take it for a number first, and raise within,
    which takes longer than most searches.
    """
    return raw.find(part) >= 0


def mentions(raw: bytes, name: bytes) -> bool:
    """Whether a body may hold a name: it does not if the name is not there, escaped or not."""
    return holds(raw, name) or holds(raw, b"\\")
