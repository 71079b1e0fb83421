"""Which class an object is of, and with it which plan converts it (V-13, V-15, V-20)."""

from collections.abc import Callable, Container, Mapping
from typing import Any

from tmf_apis.faces.plan import OUT, Json, Memory, Plan

#: Marks the key of a class that an object is taken for without saying so.
UNNAMED = "?"
#: The key of the class of an object, among those of a position.
Chooser = Callable[[Json], str]


def always(key: str) -> Chooser:
    """Of one class, whatever it says."""
    return lambda _: key


def by_type(keys: Mapping[str, str], otherwise: Chooser) -> Chooser:
    """What `@type` names, where the position knows the name."""

    def choose(value: Json) -> str:
        said = value.get("@type")
        named = keys.get(said) if said.__class__ is str else None
        return otherwise(value) if named is None else named

    return choose


def told_apart(keys: Container[str], choose: Chooser) -> Chooser:
    """The same keys, marked where `@type` names none that the position knows."""

    def apart(value: Json) -> str:
        said = value.get("@type")
        return choose(value) if said.__class__ is str and said in keys else UNNAMED + choose(value)

    return apart


def by_content(telling: frozenset[str], value_class: str, reference: str) -> Chooser:
    """A value if it has an attribute that tells so, or no id; else a reference (V-15)."""

    def choose(value: Json) -> str:
        if "id" in value and telling.isdisjoint(value):
            return reference
        return value_class

    return choose


class Choice:
    """The classes that may stand in a position, and a plan for each.

    `mine` chooses by the written object, `theirs` by its counterpart. Where `kept`, the
    counterpart keeps its class as long as the one chosen by the written object stays. Where
    `hinted`, a counterpart that would be read back as another class says which it is (V-15).
    Where `plain`, what is no object crosses as it is.
    """

    def __init__(
        self,
        plans: Mapping[str, Plan],
        mine: Chooser,
        theirs: Chooser,
        *,
        kept: bool,
        hinted: bool = False,
        plain: bool = False,
    ) -> None:
        self.plans, self.mine, self.theirs = plans, mine, theirs
        self.kept, self.hinted, self.plain = kept, hinted, plain
        self._only: Plan | None = None

    def settle(self) -> None:
        """Called when all plans are there: those of classes in a circle are made one by one."""
        if len(self.plans) == 1:
            self._only = next(iter(self.plans.values()))

    def fresh(self, new: Any, at: str) -> tuple[Any, Memory]:
        """The counterpart of a value of which nothing is kept, or OUT."""
        if new.__class__ is not dict:
            return (new if self.plain else OUT), None
        if self._only is not None:
            return self._only.fresh(new, at)
        key = self.mine(new)
        out, memory = self.plans[key].fresh(new, at)
        if self.hinted and out is not OUT:
            self._hint(out, key)
        return out, memory

    def change(self, new: Any, old: Any, other: Any, memory: Memory, at: str) -> tuple[Any, Memory]:
        """The counterpart of a value that was `old`, whose counterpart was `other`, or OUT."""
        if new.__class__ is not dict or old.__class__ is not dict or other.__class__ is not dict:
            return self.fresh(new, at)
        key = "" if self._only else self.mine(new)
        plan = self._only or self.plans[key]
        if new.get(plan.identity) != old.get(plan.identity):
            return self.fresh(new, at)
        if self._only is not None:
            return self._only.change(new, old, other, memory, at)
        was = self.mine(old)
        if was == key:
            key = self.theirs(other) if self.kept else key
            out, memory = self.plans[key].change(new, old, other, memory, at)
        else:
            foreign = self.plans[self.theirs(other) if self.kept else was].declared - plan.declared
            bare = {name: value for name, value in other.items() if name not in foreign}
            out, memory = plan.change(new, old, bare, memory, at, anew=True)
        if self.hinted and out is not OUT:
            self._hint(out, key)
        return out, memory

    def _hint(self, out: Json, key: str) -> None:
        key = key.removeprefix(UNNAMED)
        if self.theirs(out) != key:
            out["@type"] = key
