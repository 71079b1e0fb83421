"""An example of each kind of event: a resource, and what is told of it. Pure.

A listener that is tried with one gets what a change of that kind would have raised.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from tmf_apis.rules.base import ResourceRules
from tmf_apis.spec.events import EventSpec
from tmf_apis.tmf630.events import IDENTITY, Happening, changed, created, deleted

Json = dict[str, Any]
#: A value that the specification takes for an attribute of the resource.
Filler = Callable[[str], Any]

#: What says what a resource is; any other attribute may change.
_LASTING = frozenset({"id", "href", "@type", "@baseType", "@schemaLocation", "version"})


def rehearsal(
    event: EventSpec, rules: ResourceRules, samples: Sequence[Json], filler: Filler
) -> tuple[Json, Happening]:
    """The resource of an event, taken from `samples`, of which there is one at least, and what is
    told of it. What no sample has although the event is about it, the `filler` gives.
    """
    events = {event.kind: event}
    for told in (*created(events), *deleted(events)):
        return samples[0], told
    for before, after in _changes(event.kind, rules, samples, filler):
        for told in changed(events, rules, before, after):
            return after, told
    return samples[0], Happening(event, IDENTITY if event.typed else None)


def _changes(
    kind: str, rules: ResourceRules, samples: Sequence[Json], filler: Filler
) -> Iterator[tuple[Json, Json]]:
    """Changes of resources, before and after, among which one of each known kind is."""
    if (about := rules.announced.get(kind)) is not None:
        sample = next((each for each in samples if each.get(about)), None)
        after = sample or samples[0] | {about: filler(about)}
        yield _without(after, about), after
    for sample in samples:
        yield from _moves(rules, sample)
    kept = {rules.state, *rules.states, *rules.stamped, *rules.touched, *_LASTING}
    for sample in samples:
        yield from ((_without(sample, name), sample) for name in sample if name not in kept)


def _moves(rules: ResourceRules, sample: Json) -> Iterator[tuple[Json, Json]]:
    """How a resource may have come to its state, and into the one in which it waits."""
    for name in (rules.state, *rules.states):
        if name and name in sample:
            yield _unmoved(rules, _without(sample, name)), sample
    if rules.waiting and rules.state:
        missing = next((name for name in reversed(rules.completing) if name in sample), "")
        waits = _without(sample, missing) | {rules.state: rules.waiting}
        yield _without(waits, rules.state), waits


def _unmoved(rules: ResourceRules, order: Json) -> Json:
    """An order whose items have not come to their states yet."""
    if rules.items is None or not isinstance(order.get(rules.items.attribute), list):
        return order
    name = rules.items.attribute
    return order | {name: [_without(item, "state") for item in order[name]]}


def _without(document: Json, name: str) -> Json:
    return {key: value for key, value in document.items() if key != name}
