"""What is not allowed is told with what is (R-107)."""

from collections.abc import Iterator

from conformance.invariants.seen import Fault, Seen


def concerns(seen: Seen) -> bool:
    """Whether a method was not allowed."""
    return seen.status == 405


def faults(seen: Seen) -> Iterator[Fault]:
    """No Allow, or one that allows what was just refused."""
    allowed = seen.headers.get("allow")
    if allowed is None:
        yield Fault("R-107", "an Allow header", "none")
    elif seen.method in [name.strip().upper() for name in allowed.split(",")]:
        yield Fault("R-107", f"an Allow without {seen.method}", f"Allow: {allowed}")
