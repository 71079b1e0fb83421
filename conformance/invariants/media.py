"""Bodies are JSON in UTF-8 and say so (R-109)."""

from collections.abc import Iterator

from conformance.invariants.seen import BROKEN, ELSEWHERE, Fault, Seen


def concerns(seen: Seen) -> bool:
    """Whether an answer of the API has a body, and the client takes JSON.

    An error that is no JSON is judged by its shape.
    """
    read = seen.place.kind != ELSEWHERE and seen.method != "OPTIONS" and seen.takes_json
    return read and seen.body is not None and (seen.ok or seen.body is not BROKEN)


def faults(seen: Seen) -> Iterator[Fault]:
    """A body that is no JSON, or that is called something else."""
    if seen.body is BROKEN:
        yield Fault("R-109", "a body that is JSON in UTF-8", _excerpt(seen.content))
        return
    said = seen.headers.get("content-type", "")
    media, *parameters = [part.strip().lower() for part in said.split(";")]
    if media != "application/json" and (seen.ok or not media.endswith("+json")):
        yield Fault("R-109", "Content-Type: application/json", said or "none")
    for name, _, value in (parameter.partition("=") for parameter in parameters):
        if name.strip() == "charset" and value.strip().strip('"') not in ("utf-8", "utf8"):
            yield Fault("R-109", "charset=utf-8, or none", said)


def _excerpt(content: bytes) -> str:
    return content[:200].decode(errors="backslashreplace")
