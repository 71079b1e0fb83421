"""What judging a server gives: plain values, made by the runner and read by every report."""

from dataclasses import dataclass, field
from enum import StrEnum


class Outcome(StrEnum):
    """How a check ended. Only `FAILED` speaks against the server."""

    PASSED = "passed"
    FAILED = "failed"
    #: Could not be tried, for instance because an earlier step or a fixture was missing.
    SKIPPED = "skipped"
    #: What it looks at does not exist here: the API has no such resource or operation, or an
    #: optional feature is not offered (D10).
    NOT_APPLICABLE = "not applicable"
    #: The kit itself broke, or the server could not be reached: nothing was judged.
    KIT_ERROR = "kit error"


class Verdict(StrEnum):
    """What is said of the server as a whole, and the exit code of the command."""

    CONFORMANT = "conformant"
    NOT_CONFORMANT = "not conformant"
    NOT_JUDGED = "not judged"


class Level(StrEnum):
    """How binding a rule is (D10)."""

    MUST = "MUST"
    SHOULD = "SHOULD"
    MAY = "MAY"
    CHOICE = "CHOICE"


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer; `status` is 0 and `error` set when none came.

    Bodies are texts, cut when long. Secrets in headers are masked.
    """

    method: str
    url: str
    request_headers: tuple[tuple[str, str], ...] = ()
    request_body: str = ""
    status: int = 0
    headers: tuple[tuple[str, str], ...] = ()
    body: str = ""
    seconds: float = 0.0
    error: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """The outcome of one check on one resource (or on the API as a whole: `resource` empty).

    `rules` are the ids of the rules it verifies, `broken` those of them it found broken.
    `expected` and `got` say in a sentence each what should have come and what came, `reason` why
    a check was skipped, does not apply or broke. `exchanges` end with the decisive one.
    """

    check: str
    title: str
    level: Level
    rules: tuple[str, ...]
    resource: str
    outcome: Outcome
    broken: tuple[str, ...] = ()
    expected: str = ""
    got: str = ""
    reason: str = ""
    exchanges: tuple[Exchange, ...] = ()
    seconds: float = 0.0
    #: The reason given in the file of expected failures, if the failure stands there.
    excused: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """What was judged."""

    api: str
    version: str
    title: str
    url: str
    spec_version: str
    #: SHA-256 of the specification file, in hexadecimal.
    spec_checksum: str


@dataclass(frozen=True, slots=True)
class Report:
    """Everything a run found out. Times are ISO 8601 in UTC."""

    target: Target
    profile: str
    kit_version: str
    started: str
    finished: str
    results: tuple[Result, ...] = ()
    verdict: Verdict = Verdict.NOT_JUDGED
    #: Expected failures that did not fail: the file of expected failures has drifted.
    drifted: tuple[str, ...] = ()
    #: What the run wants said beside its results, for instance what it could not clean up.
    notes: tuple[str, ...] = field(default_factory=tuple)
    #: Names of the only resources, and of the only checks or rules, that were asked for.
    resources: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    #: Whether the run was told to end before it was over; what it had judged is here.
    interrupted: bool = False

    @property
    def partial(self) -> bool:
        """Whether the run was narrowed, so that its verdict is not one on the whole API."""
        return bool(self.resources or self.only)
