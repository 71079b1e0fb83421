"""What the kit says of a flawed server, and whether it says the right thing."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from conformance.checks import CHECKS
from conformance.options import Options
from conformance.results import Outcome, Report, Result, Verdict
from conformance.runner import judge
from handlers.app import create_app
from persistence.opening import open_store
from tests.conformance.flawed_servers.exchange import Behaviour, Flawed
from tests.conformance.flawed_servers.flaw import Flaw
from tests.hosting import hosted
from tmf_apis.catalog import Catalog, built_in
from tmf_apis.settings import Settings
from tmf_apis.spec.model import ApiSpec

#: Checks that wait for events: only flaws of events are judged by these.
_SLOW = ("events.", "event_content.", "event_delivery.", "event_queries.")
#: Generated questions: only flaws that nothing else asks about are judged by these.
_ORACLE = tuple(name for name in CHECKS if name.startswith(("oracle.", "invariants.")))
_SWIFT = tuple(name for name in CHECKS if not name.startswith((*_SLOW, "oracle.")))
_WIDE = tuple(name for name in CHECKS if not name.startswith(_SLOW))
#: The topics that were written by somebody who knew no check: all of them look.
_SECOND_EYES = (
    "searches", "pages", "values", "changes", "manners",
    "criteria", "excerpts", "receipts", "amendments", "courtesies", "duties",
)  # fmt: skip
#: What judges the flaws of a topic, where that is not all that is swift.
_BY_TOPIC = {
    "questions": _ORACLE,
    **dict.fromkeys(_SECOND_EYES, _WIDE),
}


@dataclass(frozen=True)
class Catch:
    """What the kit found of a flaw: the rules it says are broken, beside those that it says are
    broken without the flaw as well.
    """

    flaw: Flaw
    verdict: Verdict
    broken: tuple[str, ...]
    checks: tuple[str, ...]
    #: The rules that each check blames.
    blamed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def noticed(self) -> bool:
        return bool(self.broken)

    @property
    def by_the_rule(self) -> bool:
        """Whether the expected rule is among those that are said to be broken."""
        return self.flaw.rule in self.broken

    @property
    def exact(self) -> bool:
        """Whether it is blamed for the expected rule, and for none that it keeps."""
        return self.by_the_rule and all(map(self.flaw.implies, self.broken))


class Bench:
    """One API of our own server, to be judged with one flaw after the other."""

    def __init__(self, apis: Sequence[ApiSpec], url: str, app: Flawed) -> None:
        *others, self._api = apis
        self._other = others[0] if others else None
        self._url = url
        self._app = app
        self._without: dict[tuple[Any, ...], set[str]] = {}

    def judged(
        self,
        resource: str,
        profile: str,
        *behaviours: Behaviour,
        checks: tuple[str, ...] = _SWIFT,
    ) -> Report:
        """The report on the server with these behaviours."""
        self._app.become(*behaviours)
        options = Options(
            url=self._url,
            profile=profile,
            resources=(resource,),
            only=checks if profile == "full" or checks is not _SWIFT else (),
            parallel=12,
            patience=4,
            task_patience=1,
            quiet=1 if profile == "events" else 0.3,
        )
        report = asyncio.run(judge(self._api, options, None, self._other))
        if self._app.mistakes:
            raise self._app.mistakes.pop()
        return report

    def catch(self, flaw: Flaw, only: tuple[str, ...] | None = None) -> Catch:
        """What the kit finds of a flaw, by all checks that are not slow or by a few."""
        resource = flaw.on.rpartition(" ")[2]
        checks = only or (_BY_TOPIC.get(flaw.topic, _SWIFT) if flaw.profile == "full" else _SWIFT)
        known = self._failing_without(resource, flaw.profile, flaw.given, only)
        behaviours = (*flaw.given, flaw.behaviour)
        report = self.judged(resource, flaw.profile, *behaviours, checks=checks)
        new = [r for r in failing(report) if r.check not in known]
        return Catch(
            flaw,
            report.verdict,
            tuple(sorted({rule for result in new for rule in result.broken})),
            tuple(sorted({result.check for result in new})),
            {result.check: result.broken for result in new},
        )

    def _failing_without(
        self,
        resource: str,
        profile: str,
        given: tuple[Behaviour, ...],
        only: tuple[str, ...] | None = None,
    ) -> set[str]:
        """The checks that fail without the flaw: what our server does not do yet."""
        key = (resource, profile, given, only)
        if key not in self._without:
            report = self.judged(resource, profile, *given, checks=only or _SWIFT)
            self._without[key] = {result.check for result in failing(report)}
        return self._without[key]


def failing(report: Report) -> list[Result]:
    return [result for result in report.results if result.outcome is Outcome.FAILED]


#: State machines that hold nothing back, for flaws that bring their own.
_FREE = Path(__file__).parents[1] / "alternatives" / "free.yaml"


def place(flaw: Flaw) -> tuple[str, bool]:
    """On which bench a flaw is tried: of which API, and whether its states are free."""
    return flaw.on.rpartition(" ")[0], flaw.topic == "lifecycles"


@contextmanager
def bench(api: str, folder: Path, *, free: bool = False) -> Iterator[Bench]:
    """Our own server with one API and an empty store, ready to be made wrong.

    The API is in one version (`TMF639 v5`) or in both (`TMF639 v4+v5`). With `free` states move
    anywhere.
    """
    number, majors = api.split()
    known = {(one.number, one.major): one for one in built_in()}
    apis = tuple(known[number, major] for major in majors.split("+"))
    settings = Settings(
        store=f"sqlite:///{folder}/tmf.db",
        sample_data=False,
        development=True,
        # Behaviours read the answers, and do the tasks themselves.
        compression=False,
        tasks=False,
        lifecycles=_FREE if free else None,
    )
    app = Flawed(create_app(settings, Catalog(apis), open_store(settings.store)))
    with hosted(app) as url:
        yield Bench(apis, url, app)
