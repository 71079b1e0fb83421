"""What an alternative is, the table of all of them, and what the kit says of one."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from conformance.options import Options
from conformance.results import Outcome, Report
from conformance.runner import judge
from handlers.app import create_app
from persistence.opening import open_store
from tests.conformance.flawed_servers.exchange import Behaviour, Flawed
from tests.hosting import hosted
from tmf_apis.catalog import Catalog, built_in
from tmf_apis.settings import Settings

#: Seconds the kit waits for what may take a while.
PATIENCE = 2.0


@dataclass(frozen=True)
class Alternative:
    """A server that is right in its own way; its docstring says in which.

    `checks` are those that might blame it: each must end as it says. `given` are layers with
    behaviour that it needs and that our server does not have yet.
    """

    name: str
    behaviour: Behaviour
    #: What it is tried on, for instance `TMF629 v5 customer`.
    on: str
    checks: dict[str, Outcome]
    given: tuple[Behaviour, ...] = ()
    #: Listeners that its file does not have.
    untold: tuple[str, ...] = ()
    #: What it is expected to do on its own.
    expects: tuple[str, ...] = ("tasks",)
    #: Whether its states may be moved anywhere.
    free: bool = True


#: Every alternative by name.
ALTERNATIVES: dict[str, Alternative] = {}


def alternative(
    on: str,
    *,
    passed: tuple[str, ...] = (),
    skipped: tuple[str, ...] = (),
    aside: tuple[str, ...] = (),
    given: tuple[Behaviour, ...] = (),
    untold: tuple[str, ...] = (),
    expects: tuple[str, ...] = ("tasks",),
    free: bool = True,
) -> Callable[[Behaviour], Behaviour]:
    """Put a behaviour into the table, with the checks it passes, and those that leave it aside."""
    checks = (
        dict.fromkeys(passed, Outcome.PASSED)
        | dict.fromkeys(skipped, Outcome.SKIPPED)
        | dict.fromkeys(aside, Outcome.NOT_APPLICABLE)
    )

    def register(behaviour: Behaviour) -> Behaviour:
        name = behaviour.__name__  # type: ignore[attr-defined]
        assert behaviour.__doc__ and checks and name not in ALTERNATIVES, name
        ALTERNATIVES[name] = Alternative(name, behaviour, on, checks, given, untold, expects, free)
        return behaviour

    return register


def judged(
    on: str,
    checks: Iterable[str],
    folder: Path,
    *behaviours: Behaviour,
    untold: tuple[str, ...] = (),
    expects: tuple[str, ...] = ("tasks",),
    free: bool = True,
    sample_data: bool = False,
) -> Report:
    """What some checks say of our own server with some behaviours, the first one innermost."""
    number, major, resource = on.split()
    api = next(one for one in built_in() if (one.number, one.major) == (number, major))
    told = {name: path for name, path in api.listeners.items() if name not in untold}
    api = replace(api, listeners=told)
    store = f"sqlite:///{folder}/tmf.db"
    settings = Settings(
        store=store,
        sample_data=sample_data,
        development=True,
        # Behaviours read the answers, and do the tasks themselves.
        compression=False,
        tasks=False,
        lifecycles=Path(__file__).parent / "free.yaml" if free else None,
    )
    app = Flawed(create_app(settings, Catalog((api,)), open_store(store)), *behaviours)
    with hosted(app) as url:
        options = Options(
            url=url, resources=(resource,), only=tuple(checks), patience=PATIENCE, quiet=0.3,
            task_patience=PATIENCE, expects=expects,
        )  # fmt: skip
        report = asyncio.run(judge(api, options))
    if app.mistakes:
        raise app.mistakes.pop()
    return report
