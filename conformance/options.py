"""How a server is reached and judged, as the command line gives it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class OAuth2:
    """Client credentials, and where a token is had for them."""

    token_url: str
    client_id: str
    client_secret: str
    scope: str = ""


@dataclass(frozen=True, slots=True)
class Options:
    """Everything a run is told about the server beside its specification.

    `url` is the base path of the API, or the origin, to which the canonical base path is added.
    Times are in seconds.
    """

    url: str
    #: The same of the other version, in a run that is about both; empty for where `url` leads.
    other_url: str = ""
    profile: str = "full"
    #: Names of the only resources, and of the only checks (or rules), to judge; empty for all.
    resources: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    #: What the file of fixtures says, by resource (`conformance.fixtures`).
    fixtures: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    headers: tuple[tuple[str, str], ...] = ()
    oauth2: OAuth2 | None = None
    ca: Path | None = None
    client_cert: Path | None = None
    client_key: Path | None = None
    insecure: bool = False
    proxy: str | None = None
    #: Requests a second at most, and a pause before each one.
    rate: float | None = None
    delay: float = 0.0
    #: One request, one check, and the whole run may take this long.
    timeout: float = 10.0
    check_timeout: float = 60.0
    deadline: float = 900.0
    #: How many checks are under way at once.
    parallel: int = 10
    #: How long an event may take to arrive, and how long to listen for one that must not.
    patience: float = 5.0
    quiet: float = 1.0
    #: How long a task may take to come to its end, and what a server is expected to do by itself
    #: (`conformance.expectations`).
    task_patience: float = 10.0
    expects: tuple[str, ...] = ("tasks",)
    #: Where the kit's listener is reached from the server, when not directly.
    listener_url: str = ""
    listener_port: int = 0
    #: What generated questions are drawn from: the same draws the same.
    seed: int = 1
    #: Generated cases an operation, beside the checks.
    fuzz: int = 0
