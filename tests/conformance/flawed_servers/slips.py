"""Flaws that are one slip: of some requests, what is asked or what is answered is changed.

A row of a table is a name, what is wrong, the rule that it breaks and those that go with it, and
what to do: `ask` changes a request before it is carried out, `give` its answer, `when` says of
which.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from tests.conformance.flawed_servers.exchange import Answered, Asked, Behaviour, Server, refusal
from tests.conformance.flawed_servers.flaw import flaw
from tests.handlers.facts import Json

When = Callable[[Asked], Any]
Ask = Callable[[Asked], Asked]
Give = Callable[[Asked, Answered], Answered]


def _same(asked: Asked) -> Asked:
    return asked


def _as_it_is(asked: Asked, answered: Answered) -> Answered:
    return answered


@dataclass(frozen=True)
class Slip:
    """One flaw."""

    name: str
    about: str
    rule: str
    when: When
    give: Give = _as_it_is
    ask: Ask = _same
    also: tuple[str, ...] = ()
    on: str = ""
    given: tuple[Behaviour, ...] = ()
    profile: str = "full"


@dataclass(frozen=True)
class Slips:
    """The flaws of one topic, tried on one resource unless they say otherwise."""

    module: str
    on: str
    also: tuple[str, ...] = ()
    given: tuple[Behaviour, ...] = ()
    profile: str = "full"

    def register(self, slips: Iterable[Slip]) -> None:
        """Put them into the table of all flaws."""
        for slip in slips:
            behaviour = _behaviour(slip)
            behaviour.__module__ = self.module
            register = flaw(
                slip.rule,
                *dict.fromkeys(rule for rule in (*slip.also, *self.also) if rule != slip.rule),
                on=slip.on or self.on,
                given=slip.given or self.given,
                profile=self.profile if slip.profile == "full" else slip.profile,
            )
            register(behaviour)


def _behaviour(slip: Slip) -> Behaviour:
    async def behaviour(asked: Asked, server: Server) -> Answered:
        if not slip.when(asked):
            return await server(asked)
        return slip.give(asked, await server(slip.ask(asked)))

    behaviour.__name__, behaviour.__doc__ = slip.name, slip.about
    return behaviour


# -- Which requests


def creating(resource: str = "", holds: Callable[[Json], Any] = lambda body: True) -> When:
    """Creations of a resource (any, if empty) whose body is as said."""

    def when(asked: Asked) -> bool:
        body = asked.json
        named = not resource or asked.path.endswith(f"/{resource}")
        return asked.creates and named and isinstance(body, dict) and bool(holds(body))

    return when


def patching(holds: Callable[[Json], Any] = lambda body: True) -> When:
    """Merge patches whose body is as said."""

    def when(asked: Asked) -> bool:
        return asked.merges and bool(holds(asked.json))

    return when


def showing(resource: str = "") -> When:
    """Whatever shows whole records of a resource: creations, reads, patches and lists."""

    def when(asked: Asked) -> bool:
        shown = asked.creates or asked.reads or asked.patches or asked.lists
        named = not resource or f"/{resource}" in asked.path
        return shown and named and "fields" not in asked.parameters

    return when


def reading(asked: Asked) -> bool:
    """Reads of one record, whole."""
    return asked.reads and "fields" not in asked.parameters


def asking(*texts: str) -> When:
    """Searches whose query holds one of these texts."""
    return lambda asked: asked.lists and any(text in asked.query for text in texts)


# -- What is answered


def status(code: int) -> Give:
    """Another status: a refusal where it is one, the answer with another number else."""

    def give(asked: Asked, answered: Answered) -> Answered:
        return refusal(code, "Not so") if code >= 400 else answered.with_status(code)

    return give


def without(*names: str) -> Give:
    """Records without some attributes."""
    return lambda asked, answered: answered.each(
        lambda e: {k: v for k, v in e.items() if k not in names}
    )


def holding(**values: Any) -> Give:
    """Records with other values of some attributes."""
    return lambda asked, answered: answered.each(lambda e: e | values)


def where(holds: Callable[[Json], Any], **values: Any) -> Give:
    """Records of which something holds with other values of some attributes; others as they are."""
    return lambda asked, answered: answered.each(lambda e: e | values if holds(e) else e)


def turning(name: str, value: Any, other: Any) -> Give:
    """Records that have a value of an attribute with another one; others as they are."""
    return where(lambda e: e.get(name) == value, **{name: other})


def header(name: str, value: str) -> Give:
    """The answer with another header, or without it (an empty value)."""
    return lambda asked, answered: (
        answered.with_header(name, value) if value else answered.without_header(name)
    )


# -- What is asked


def body(change: Callable[[Json], Json]) -> Ask:
    """The request with another body."""
    return lambda asked: asked.with_json(change(asked.json))
