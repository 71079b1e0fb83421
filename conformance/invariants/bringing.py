"""What the kit itself has sent: an answer that shows it again is not to blame for it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from conformance.invariants.schemas import spelt
from conformance.invariants.seen import Fault, Seen, read


@dataclass(slots=True)
class Brought:
    """The values of a run's writes by the name they stood under, and what objects went without."""

    values: set[tuple[str, str]] = field(default_factory=set)
    #: The names that each kind of object (by the name it stood under) has come without.
    present: dict[str, list[frozenset[str]]] = field(default_factory=dict)
    removed: set[str] = field(default_factory=set)

    def note(self, seen: Seen) -> None:
        """Keep what a write brought."""
        if seen.method not in ("POST", "PATCH") or not seen.sent:
            return
        body = read(seen.sent)
        steps = body if isinstance(body, list) else [body]
        for step in steps:
            if seen.method == "PATCH" and isinstance(step, dict) and "op" in step:
                name = _named(str(step.get("path", "")))
                self.removed |= {name} if step["op"] in ("remove", "move") else set()
                step = {name: step.get("value")}
                if not name:
                    step = step[name]
            if isinstance(step, dict):
                self._keep("", step, whole=seen.method == "POST")

    def accounts_for(self, fault: Fault) -> bool:
        """Whether the kit has sent what is wrong."""
        if fault.value is not None:
            return fault.value in self.values
        if fault.lack is None:
            return False
        owner, name = fault.lack
        return name in self.removed or any(name not in p for p in self.present.get(owner, ()))

    def _keep(self, name: str, value: Any, *, whole: bool = True) -> None:
        if value is None:
            self.removed.add(name)
        for key, inner in _members(value):
            self._keep(key or name, inner)
        if not isinstance(value, dict | list) or name:
            self.values.add((name, spelt(value)))
        if isinstance(value, dict) and (name or whole):
            known = self.present.setdefault(name, [])
            names = frozenset(value)
            if names not in known:
                known.append(names)


def _members(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        yield from value.items()
    elif isinstance(value, list):
        yield from (("", inner) for inner in value)


def _named(path: str) -> str:
    """The attribute that a JSON Pointer leads to."""
    names = [part for part in path.split("/")[1:] if part and not part.isdecimal() and part != "-"]
    return names[-1].partition("?")[0] if names else ""
