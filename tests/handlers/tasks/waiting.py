"""Wait for tasks and for what they do."""

from collections.abc import Callable
from time import monotonic, sleep

from tests.handlers.asking import shown
from tests.handlers.facts import Case, Json
from tests.handlers.serving import Server

#: Seconds in which a task is over on a busy machine.
PATIENCE = 30
UNDER_WAY = ("acknowledged", "accepted", "inProgress", "Not Started", "Running")


def until(
    read: Callable[[], Json], met: Callable[[Json], bool], patience: float = PATIENCE
) -> Json:
    """What is read once it meets a condition."""
    end = monotonic() + patience
    while not met(found := read()):
        assert monotonic() < end, found
        sleep(0.02)
    return found


def over(server: Server, case: Case, id: str, patience: float = PATIENCE) -> Json:
    """A task when it is over."""
    state = "status" if "status" in case.resource.attributes.children else "state"
    return until(
        lambda: dict(shown(server.client.get(case.item(id)))),
        lambda task: task[state] not in UNDER_WAY,
        patience,
    )
