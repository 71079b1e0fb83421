"""Who asks, as a token that holds says it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, eq=False)
class Caller:
    """The bearer of a token. `claims` are all that it says, `until` is when it ends (POSIX time).

    `actor` is the one name that nobody else has: its issuer and its subject.
    """

    actor: str
    claims: Mapping[str, Any]
    until: float
    #: The digest of the certificate that it has to show as well; empty for none.
    bound: str = ""
    #: What was found out about it, for as long as it is known.
    memory: dict[Any, Any] = field(default_factory=dict, repr=False)
