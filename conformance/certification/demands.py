"""What of an API is mandatory: operations, attributes and notifications, as facts say it."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from conformance.payloads import Synthesis
from conformance.requirements import minimum, shown
from conformance.resource import operations
from tmf_apis.rules.lookup import rules_of
from tmf_apis.spec.model import ApiSpec, ResourceSpec

#: The operations in the order in which they are tried.
ORDER = ("create", "list", "retrieve", "patch", "delete")
#: The kinds of events, with the operation that brings each about.
_CAUSES = MappingProxyType(
    {"Create": "create", "AttributeValueChange": "patch", "StateChange": "patch",
     "Delete": "delete"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Demand:
    """What is mandatory of one resource.

    `shown` are the attributes that every answer must hold, `given` those of them that a client must
    send to create one, `notices` the kinds of events that its mandatory operations bring about.
    """

    resource: str
    operations: tuple[str, ...]
    shown: tuple[str, ...]
    given: tuple[str, ...]
    notices: tuple[str, ...]


def demands(api: ApiSpec) -> tuple[Demand, ...]:
    """What is mandatory of each resource of which anything is, in the order of the file.

    An API without a published minimum is held to everything that its file defines.
    """
    edition = f"{api.number} {api.major}"
    floor = minimum().get(edition)
    extra = shown().get(edition, {})
    found = []
    for spec in api.resources:
        if floor is not None and spec.name not in floor:
            continue
        defined = operations(spec)
        wanted = defined if floor is None else defined & set(floor[spec.name])
        found.append(_demand(api, spec, wanted, extra))
    return tuple(found)


def _demand(
    api: ApiSpec, spec: ResourceSpec, wanted: frozenset[str], extra: Mapping[str, list[str]]
) -> Demand:
    reference = {"$ref": f"#/components/schemas/{spec.schema}"}
    required = Synthesis(api.schemas).merged(reference).get("required", [])
    known = spec.attributes.children
    # What a client must give is there for all who read it.
    held = {*required, *extra.get(spec.name, []), *spec.mandatory} - {"id", "href"}
    return Demand(
        resource=spec.name,
        operations=tuple(name for name in ORDER if name in wanted),
        shown=tuple(name for name in ("id", "href", *sorted(held)) if name in known),
        given=tuple(sorted(name for name in spec.mandatory if name in known)),
        notices=_notices(api, spec, wanted),
    )


def _notices(api: ApiSpec, spec: ResourceSpec, wanted: frozenset[str]) -> tuple[str, ...]:
    # Of what clients do not create, the kit has no record of its own that it could change.
    if api.hub is None or "create" not in wanted:
        return ()
    name = rules_of(api, spec).view_of or spec.name
    return tuple(
        kind
        for kind, cause in _CAUSES.items()
        if cause in wanted and f"{name}{kind}Event" in api.listeners
    )
