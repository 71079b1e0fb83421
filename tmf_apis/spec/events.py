"""The events a file defines for a resource: their names, envelopes and payloads (R-1012, R-1030).

A file names them by its listener paths: `/listener/productOrderStateChangeEvent` is the event of
the kind `StateChange` of `productOrder`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tmf_apis.spec.attributes import Attribute, Schema, attributes_of
from tmf_apis.spec.model import ApiSpec, ResourceSpec
from tmf_apis.spec.types import Shape

#: What can happen to a resource, by the words event names are made of.
KINDS = (
    "Create",
    "StateChange",
    "AttributeValueChange",
    "Delete",
    "InformationRequired",
    "Milestone",
    "Jeopardy",
    "JeopardyAlert",
    "ErrorMessage",
    "OperatingStatusChange",
    "Batch",
    "Change",
)
_ENDING = "Event"
#: How files spell the time of occurrence (R-1013): the v4 files have it with one c and one r.
_TIMES = ("timeOccurred", "timeOcurred")


@dataclass(frozen=True, slots=True)
class EventSpec:
    """One kind of event of one resource.

    `type` is its name and `member` what the payload calls the resource (R-1014). `typed` when
    the envelope carries `@type`, and the payload only what the event is about (R-1016).
    `time` is the attribute that says when it occurred. `steps` when its payload lists what is
    missing as several patch operations, not as one (R-1018).
    """

    kind: str
    type: str
    member: str
    typed: bool
    time: str
    steps: bool = False


def events_of(
    api: ApiSpec, resource: ResourceSpec, more: Iterable[str] = ()
) -> Mapping[str, EventSpec]:
    """The kinds of event a resource raises: those its file defines, and `more` that it lacks."""
    found = {}
    for kind in KINDS:
        schema = api.listeners.get(f"{resource.name}{kind}{_ENDING}")
        if schema is not None:
            found[kind] = _event(kind, resource, attributes_of(schema, api.schemas))
        elif kind in more:
            found[kind] = _event(kind, resource, None)
    return found


def named_after(
    api: ApiSpec, more: Mapping[str, Iterable[str]]
) -> Mapping[str, tuple[ResourceSpec, EventSpec]]:
    """Every event of a file by its name, with the resource that the name begins with, kinds that
    nobody knows included; `more` are the kinds that the file lacks, by resource.
    """
    found = {}
    longest_first = sorted(api.resources, key=lambda resource: -len(resource.name))
    for name, schema in api.listeners.items():
        resource = next((r for r in longest_first if name.startswith(r.name)), None)
        if resource is not None:
            kind = name.removeprefix(resource.name).removesuffix(_ENDING)
            event = _event(kind, resource, attributes_of(schema, api.schemas))
            found[event.type] = (resource, event)
    for resource in longest_first:
        for event in events_of(api, resource, more.get(resource.name, ())).values():
            found.setdefault(event.type, (resource, event))
    return found


def defined_by(api: ApiSpec) -> frozenset[str]:
    """The names of all events that the file of an API defines."""
    return frozenset(f"{name[:1].upper()}{name[1:]}" for name in api.listeners)


def notification_of(api: ApiSpec) -> Attribute:
    """What any event of an API may hold: the envelopes of its file, and each of its resources.

    Queries of subscriptions are read by it, as those of lists are by a resource (R-1007).
    """
    payload = {r.name: {"$ref": f"#/components/schemas/{r.schema}"} for r in api.resources}
    text, time = {"type": "string"}, {"type": "string", "format": "date-time"}
    envelope = {"eventId": text, "eventType": text, "eventTime": time}
    times = dict.fromkeys(_TIMES, time)
    inside = {"event": {"type": "object", "properties": payload}}
    usual: Schema = {"properties": {**envelope, **times, **inside}}
    defined = [{"$ref": f"#/components/schemas/{name}"} for name in api.listeners.values() if name]
    return Attribute([usual, *defined], api.schemas)


def _event(kind: str, resource: ResourceSpec, envelope: Attribute | None) -> EventSpec:
    declared = envelope.children if envelope is not None else {}
    payload = declared.get("event")
    asked = payload.children.get("informationRequired") if payload is not None else None
    usual = _TIMES[0] if resource.typed else _TIMES[1]
    return EventSpec(
        kind=kind,
        type=f"{resource.name[:1].upper()}{resource.name[1:]}{kind}{_ENDING}",
        member=resource.name,
        typed="@type" in declared if envelope is not None else resource.typed,
        time=next((name for name in _TIMES if name in declared), usual),
        steps=asked is not None and asked.shape is Shape.MANY,
    )
