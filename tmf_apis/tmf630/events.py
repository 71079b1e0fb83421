"""Which events a change raises, and what they say (R-1009..R-1020, D17).

Pure: from the documents before and after a change, and the facts of the resource, to the kinds
of event, each with the attributes it is about.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from tmf_apis.rules.base import ItemRules, ResourceRules
from tmf_apis.spec.events import EventSpec

Json = dict[str, Any]

#: What every event shows of a resource.
IDENTITY = ("id", "href", "@type")


@dataclass(frozen=True, slots=True)
class Happening:
    """Something a listener is told: an event, and which attributes it shows (R-1016).

    `shown` is None for the whole resource. `missing` are attributes the resource waits for,
    `beside` is what is told of the change as if the resource had it.
    """

    event: EventSpec
    shown: tuple[str, ...] | None = None
    missing: tuple[str, ...] = ()
    beside: Mapping[str, Any] = field(default_factory=dict)


def created(events: Mapping[str, EventSpec]) -> list[Happening]:
    """What to tell of a new resource: all of it (R-1015)."""
    return [Happening(events["Create"])] if "Create" in events else []


def deleted(events: Mapping[str, EventSpec]) -> list[Happening]:
    """What to tell of a resource that is gone: which one (R-1015)."""
    return _happenings(events, [("Delete", ())])


def changed(
    events: Mapping[str, EventSpec],
    rules: ResourceRules,
    before: Json,
    after: Json,
    stamped: Collection[str] = (),
) -> list[Happening]:
    """What to tell of a change: nothing when only the server's stamps differ (R-1017..R-1019).

    `stamped` are further attributes that the server set in this change. A resource that begins
    to wait asks for what it lacks, if anything is known to be missing.
    """
    stamps = {*rules.stamped, *rules.touched, *stamped}
    names = [name for name in _different(before, after) if name not in stamps]
    if not names:
        return []
    told = _happenings(events, _kinds(rules, names, before, after))
    if rules.items is not None and rules.items.moves not in (None, *after):
        told = [_with_moves(happening, rules.items, before, after) for happening in told]
    asking = events.get("InformationRequired")
    if (
        asking
        and rules.waiting
        and rules.state in names
        and after.get(rules.state) == rules.waiting
    ):
        missing = tuple(name for name in rules.completing if not after.get(name))
        shown = IDENTITY if asking.typed else None
        told += [Happening(asking, shown, missing)] if missing else []
    return told


def _kinds(
    rules: ResourceRules, names: list[str], before: Json, after: Json
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The kinds a change of these attributes is of, and the attributes each is about."""
    states = {rules.state, *rules.states}
    moved = [name for name in names if name in states]
    others = [name for name in names if name not in states]
    if rules.items is not None and rules.items.attribute in others:
        old, new = (_items(rules.items, document) for document in (before, after))
        if _by_id(_states(rules.items, old)) != _by_id(_states(rules.items, new)):
            moved.append(rules.items.attribute)
        if same(_stateless(rules.items, old), _stateless(rules.items, new)):
            others.remove(rules.items.attribute)
    if moved:
        yield "StateChange", tuple(moved)
    if others:
        yield "AttributeValueChange", tuple(others)
    # Where a file tells of any change under one name.
    yield "Change", tuple(names)
    for kind, name in rules.announced.items():
        if name in names and _is_news(before.get(name), after.get(name)):
            yield kind, (name,)


def _with_moves(told: Happening, rules: ItemRules, before: Json, after: Json) -> Happening:
    """A change of state with the items that moved, each with its new state (R-1016)."""
    old, new = (_by_id(_states(rules, _items(rules, document))) for document in (before, after))
    moves = [{"itemId": id, "state": new[id]} for id in new if new[id] != old.get(id)]
    if told.event.kind != "StateChange" or told.shown is None or not moves or not rules.moves:
        return told
    return replace(told, shown=(*told.shown, rules.moves), beside={rules.moves: moves})


def _by_id(states: Iterable[Any]) -> dict[Any, Any]:
    """The state of each item that has an id and a state, of nested ones as well."""
    found: dict[Any, Any] = {}
    for id, state, nested in states:
        if isinstance(id, str) and isinstance(state, str):
            found[id] = state
        found |= _by_id(nested)
    return found


def _happenings(
    events: Mapping[str, EventSpec], kinds: Iterable[tuple[str, tuple[str, ...]]]
) -> list[Happening]:
    """The kinds the resource has events for. Where envelopes are not typed, the whole resource
    is customary (R-1015, R-1016).
    """
    return [
        Happening(event, (*IDENTITY, *names) if event.typed else None)
        for kind, names in kinds
        if (event := events.get(kind)) is not None
    ]


def _different(before: Json, after: Json) -> Iterator[str]:
    """The first-level attributes whose values differ, in the order of the new resource."""
    for name, value in after.items():
        if name not in before or not same(before[name], value):
            yield name
    yield from (name for name in before if name not in after)


def same(one: Any, other: Any) -> bool:
    """Whether two JSON values are equal: to Python true is 1 as well."""
    if one is other:
        return True
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[name], other[name]) for name in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)


def _is_news(before: Any, after: Any) -> bool:
    """Whether a list has an element it did not have, or a single value is another."""
    if not isinstance(after, list):
        return after is not None and not same(before, after)
    had = before if isinstance(before, list) else []
    return any(not any(same(element, other) for other in had) for element in after)


def _items(rules: ItemRules, holder: Any) -> list[Any]:
    items = holder.get(rules.attribute) if isinstance(holder, dict) else None
    return items if isinstance(items, list) else []


def _states(rules: ItemRules, items: list[Any]) -> list[Any]:
    """The state of each item by its id, nested ones inside."""
    return [
        (item.get("id"), item.get("state"), _states(rules, _items(rules, item)))
        for item in items
        if isinstance(item, dict)
    ]


def _stateless(rules: ItemRules, items: list[Any]) -> list[Any]:
    """The items without their states, so that a move of an item alone shows as such."""
    return [
        {name: value for name, value in item.items() if name not in ("state", rules.attribute)}
        | {rules.attribute: _stateless(rules, _items(rules, item))}
        if isinstance(item, dict)
        else item
        for item in items
    ]
