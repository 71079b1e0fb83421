"""`tmf-apis tasks`: the server's own work, and what an operator does about it."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import astuple
from typing import Any

import click

from handlers.services import services
from handlers.tasks import administration
from handlers.tasks.administration import Over
from handlers.tasks.kinds import WorkKind, work_kinds
from persistence.errors import Missing
from persistence.store import Store
from tmf_apis.catalog import Catalog
from tmf_apis.cli.flags import setting
from tmf_apis.cli.given import UNUSABLE, Outcome, on_store, refuse, settings_of_tenant
from tmf_apis.cli.telling import say, stop
from tmf_apis.terminal import as_json, show

_COLUMNS = (
    "Task",
    "Resource",
    "State",
    "Since",
    "Held",
    "Progress",
    "Attempts",
    "Error",
    "Next try",
)


@click.group()
def tasks() -> None:
    """Look after the server's own work: cancellations, jobs and other tasks."""


@tasks.command("list")
@setting("store", "specs")
@as_json
def list_tasks(as_json: bool, **given: Any) -> None:
    """List all tasks that are not over, and how far they are."""
    rows = _on_tasks(given, administration.overview).shown
    show(_COLUMNS, map(astuple, rows), as_json=as_json)


@tasks.command()
@click.argument("task")
@setting("store", "specs")
def retry(task: str, **given: Any) -> None:
    """Have a TASK tried anew at once, whoever holds it."""
    _on_tasks(given, lambda kinds: administration.retry(kinds, task))
    say(f"{task} is tried anew.")


@tasks.command()
@click.argument("task")
@setting("store", "specs")
def cancel(task: str, **given: Any) -> None:
    """End a TASK; what it did stays."""
    state = _on_tasks(given, lambda kinds: administration.cancel(kinds, task))
    say(f"{task} is {state}.")


def _on_tasks(
    given: dict[str, Any], work: Callable[[Sequence[WorkKind]], Awaitable[Outcome]]
) -> Outcome:
    """What some work on the tasks of a store gives."""
    settings = settings_of_tenant(**given)

    async def done(store: Store, catalog: Catalog) -> Outcome:
        return await work(work_kinds(services(catalog.apis, store, settings)))

    try:
        return on_store(settings, done)
    except Missing as error:
        stop(f"There is no task {error}; `tmf-apis tasks list` shows them.")
    except Over as error:
        stop(f"The task is over: {error}.")
    except UNUSABLE as error:
        refuse(error)
