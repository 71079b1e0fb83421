"""How v4 and v5 spell the same thing.

Records are written once with these shapes; `render` turns them into plain JSON of either version.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, Protocol, runtime_checkable

Version = Literal["v4", "v5"]
Json = Any

VALUE_TYPES: dict[type, str] = {
    bool: "boolean",
    int: "integer",
    float: "number",
    str: "string",
}

# The class of a reference is the class of its target plus "Ref", but for these.
REFERENCE_TYPES = {
    "Customer": "PartyRoleRef",
    "Individual": "PartyRef",
    "Organization": "PartyRef",
    "PhysicalResource": "ResourceRef",
    "LogicalResource": "ResourceRef",
    "GeographicSite": "PlaceRef",
}


@runtime_checkable
class Shape(Protocol):
    """Something the two versions spell differently. What comes out may hold shapes again."""

    def spell(self, version: Version) -> Json: ...


@dataclass(frozen=True)
class Either:
    """A value of its own in each version; without a value the attribute is left out."""

    v4: Json = None
    v5: Json = None

    def spell(self, version: Version) -> Json:
        return self.v4 if version == "v4" else self.v5


@dataclass(frozen=True)
class Typed:
    """An object that v5 marks with its class and v4 leaves bare."""

    kind: str
    attributes: dict[str, Json]

    def spell(self, version: Version) -> Json:
        return self.attributes | ({"@type": self.kind} if version == "v5" else {})


@dataclass(frozen=True)
class Ref:
    """A reference to a thing of class `kind`; `as_type` names a reference class of its own."""

    kind: str
    id: str
    name: str | None = None
    version: str | None = None
    as_type: str = ""
    more: dict[str, Json] | None = None

    def spell(self, version: Version) -> Json:
        kind = self.as_type or REFERENCE_TYPES.get(self.kind, f"{self.kind}Ref")
        plain = {
            "id": self.id,
            "name": self.name,
            "version": self.version,
            **(self.more or {}),
        }
        return Typed(kind, plain | {"@referredType": self.kind})


@dataclass(frozen=True)
class Party:
    """A party in a role: flat in v4, a role around a reference in v5."""

    role: str
    ref: Ref
    v4_type: str | None = None

    def spell(self, version: Version) -> Json:
        if version == "v5":
            kind = "RelatedPartyRefOrPartyRoleRef"
            return Typed(kind, {"role": self.role, "partyOrPartyRole": self.ref})
        return {"id": self.ref.id, "name": self.ref.name, "role": self.role} | {
            "@type": self.v4_type,
            "@referredType": self.ref.kind,
        }


@dataclass(frozen=True)
class Place:
    """A place in a role: flat in v4, a role around a reference in v5."""

    role: str
    ref: Ref
    kind: str = "RelatedPlaceRefOrValue"

    def spell(self, version: Version) -> Json:
        if version == "v5":
            return Typed(self.kind, {"role": self.role, "place": self.ref})
        return {"id": self.ref.id, "name": self.ref.name, "role": self.role} | {
            "@referredType": self.ref.kind
        }


@dataclass(frozen=True)
class Characteristic:
    """A named value; v5 has a class per type of value."""

    name: str
    value: bool | int | float | str

    def spell(self, version: Version) -> Json:
        type_ = VALUE_TYPES[type(self.value)]
        return Typed(
            f"{type_.capitalize()}Characteristic",
            {"name": self.name, "valueType": type_, "value": self.value},
        )


def render(value: Json, version: Version) -> Json:
    """Plain JSON of `value`; attributes without a value, and empty lists, are left out."""
    if isinstance(value, Shape):
        return render(value.spell(version), version)
    if isinstance(value, dict):
        spelt = {name: render(member, version) for name, member in value.items()}
        return {name: member for name, member in spelt.items() if member not in (None, [])}
    if isinstance(value, list | tuple):
        return [render(item, version) for item in value]
    return value
