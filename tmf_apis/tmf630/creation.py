"""What a server adds to a resource that is posted: identity, type, state and times.

R-702, R-704, R-705. Pure: the clock and a new id are passed in.
"""

from collections.abc import Mapping
from typing import Any

from tmf_apis.rules.base import ItemRules, ResourceRules
from tmf_apis.spec.model import ResourceSpec

Json = dict[str, Any]


def owned(resource: ResourceSpec) -> frozenset[str]:
    """The attributes that are the server's alone in POST (R-704), `id` and `href` apart."""
    return frozenset(resource.attributes.children) - resource.settable - {"id", "href"}


def chosen_id(resource: ResourceSpec, body: Mapping[str, Any]) -> Any:
    """The id the client wants, if the API lets it choose: v4 does, and v5 where its create
    schema has an id (R-708, D11). None when the server chooses.
    """
    chooses = not resource.typed or "id" in resource.settable
    return body.get("id") if chooses else None


def complete(
    resource: ResourceSpec, rules: ResourceRules, body: Json, new_id: str, now: str
) -> Json:
    """The resource to keep: what the client sent in its order, then what the server adds.

    `new_id` comes first unless the body has an id of its own; `now` is an RFC 3339 text.
    """
    declared = resource.attributes.children
    document = dict(body) if "id" in body else {"id": new_id, **body}
    document["id"] = new_id
    if "@type" in declared:
        document.setdefault("@type", type_name(resource))
    for name, value in rules.defaults.items():
        document.setdefault(name, value)
    if rules.state and (state := _initial_state(rules, document)) is not None:
        document[rules.state] = state
        if rules.items is not None:
            complete_items(rules.items, document, rules.initial)
    for name in rules.filled:
        document.setdefault(name, now)
    for name in rules.stamped:
        document[name] = now
    for name in rules.touched:
        # A client that tells of a change it saw itself may say when that was.
        if name not in document or name not in rules.told:
            document[name] = now
    return document


def supplied(resource: ResourceSpec, rules: ResourceRules, document: Json, now: str) -> Json:
    """A resource that was created through another version, with what the server adds in this one
    (V-703); itself where nothing is missing.
    """
    wanted: Json = dict(rules.defaults)
    if rules.state and rules.initial is not None:
        wanted[rules.state] = rules.initial
    wanted |= dict.fromkeys((*rules.filled, *rules.stamped, *rules.touched), now)
    missing = {
        name: value
        for name, value in wanted.items()
        if name not in document and name in resource.attributes.children
    }
    return document | missing if missing else document


def touch(rules: ResourceRules, document: Json, now: str) -> Json:
    """The resource with the time of its change (R-813)."""
    return document | dict.fromkeys(rules.touched, now)


def type_name(resource: ResourceSpec) -> str:
    """The class a resource has unless it says otherwise: that of its create schema's entity."""
    for ending in ("_RES", "_FVO", "_Create"):
        if resource.schema.endswith(ending):
            return resource.schema.removesuffix(ending)
    return resource.schema


def _initial_state(rules: ResourceRules, document: Json) -> Any:
    if rules.task:
        return rules.initial
    if rules.initial_from and document.get(rules.initial_from) is not None:
        return document[rules.initial_from]
    return document.get(rules.state or "", rules.initial)


def complete_items(rules: ItemRules, holder: Json, state: Any) -> None:
    """Items without a state take one of their order, nested ones too (R-622-05, R-641-05).

    A state that no item can have stands for another one (L-622-I).
    """
    state = rules.states.get(state, state)
    items = holder.get(rules.attribute)
    if not isinstance(items, list):
        return
    completed = []
    for item in items:
        if isinstance(item, dict):
            item = dict(item)
            for name, value in rules.defaults.items():
                item.setdefault(name, value)
            item.setdefault("state", state)
            if rules.attribute in item:
                complete_items(rules, item, state)
        completed.append(item)
    holder[rules.attribute] = completed
