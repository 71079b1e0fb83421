"""What carries out each kind of work; `performs` in the rules names the kind."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from handlers.jobs import asked, exporting, importing
from handlers.service import Service
from handlers.tasks import alarming, amending, billing, cancelling, grouping, progressing
from handlers.tasks.task import Task
from tmf_apis.behaviour.alarm_tasks import BY_PATTERN

Json = dict[str, Any]


def at_once(_service: Service, _document: Json, _age: float) -> float:
    """That work is due as soon as it is found."""
    return 0.0


async def anything(_service: Service, _document: Json, _hints: list[str]) -> None:
    """Take every task that its file takes."""


@dataclass(frozen=True, slots=True)
class Work:
    """How one kind of work is done.

    `perform` carries it out, or goes on where somebody stopped; it raises `Later` and `Failed`.
    `waiting` are the states of a resource there is something to do for. `due` says in how many
    seconds, for a document that has been as it is for `age` seconds. `admit` raises `TmfError`
    for a new resource that cannot be taken, and may hint at something.
    """

    perform: Callable[[Task], Awaitable[None]]
    waiting: Callable[[Service], frozenset[str]] = attrgetter("open_states")
    due: Callable[[Service, Json, float], float] = at_once
    admit: Callable[[Service, Json, list[str]], Awaitable[None]] = anything


WORK: Mapping[str, Work] = {
    "cancel": Work(cancelling.perform, due=cancelling.due, admit=cancelling.admit),
    "amend": Work(amending.performer(amending.Following()), due=amending.due, admit=amending.admit),
    **{kind: Work(alarming.performer(kind)) for kind in BY_PATTERN},
    "group": Work(grouping.group),
    "ungroup": Work(grouping.ungroup),
    "bill": Work(billing.perform),
    "import": Work(importing.perform, admit=asked.admit),
    "export": Work(exporting.perform, admit=asked.admit),
    "progress": Work(progressing.perform, progressing.waiting, progressing.due, progressing.admit),
}
