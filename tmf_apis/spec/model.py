"""A specification as the rest of the code sees it: plain values, one dialect."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tmf_apis.spec.attributes import Attribute

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ResourceSpec:
    """One managed entity or task of an API.

    `segments` is its collection below the base path, parameters as `{name}`; a nested
    collection (`/parent/{id}/child`) has more than one name. The methods are those the file
    defines on the collection and on the item, in upper case.
    """

    name: str
    segments: tuple[str, ...]
    schema: str
    create_schema: str | None
    update_schema: str | None
    collection_methods: frozenset[str]
    item_methods: frozenset[str]
    attributes: Attribute
    #: First-level attributes the create schema declares; empty without a create schema.
    creatable: frozenset[str]
    #: First-level attributes a create request must carry (R-703, R-720).
    mandatory: tuple[str, ...]
    #: First-level attributes that never change through PATCH (R-810, R-720).
    not_patchable: frozenset[str]
    #: Whether the schema requires `@type` of every entity (R-305, R-707): the v5 files do.
    typed: bool
    #: Whether the list declares `before` and `after` (R-615).
    cursors: bool
    #: Attribute values that make a record of another collection part of this view, or none.
    view_of: str | None = None

    @property
    def settable(self) -> frozenset[str]:
        """What a client may set in POST: all but what the create schema leaves out (R-704)."""
        if not self.creatable:
            return frozenset(self.attributes.children)
        return self.creatable

    @property
    def is_task(self) -> bool:
        """A resource that is created and read, never patched (R-901)."""
        return "POST" in self.collection_methods and "PATCH" not in self.item_methods


@dataclass(frozen=True, slots=True)
class HubSpec:
    """The listener registry of an API; `typed` when its bodies carry `@type` (R-1002), `readable`
    when a file asks every server to show a registration (R-1004).
    """

    typed: bool
    readable: bool


@dataclass(frozen=True, slots=True)
class ApiSpec:
    """One API in one version, ready to be mounted at `base_path` (no trailing slash)."""

    number: str
    title: str
    version: str
    base_path: str
    document: Document
    source: Path
    resources: tuple[ResourceSpec, ...]
    hub: HubSpec | None
    aliases: tuple[str, ...] = ()
    #: Schemas of what `/listener/<name>` accepts, by name.
    listeners: Mapping[str, str] = field(default_factory=dict)

    @property
    def major(self) -> str:
        """The major version as paths spell it, for instance `v5` (R-102)."""
        return "v" + self.version.partition(".")[0]

    @property
    def schemas(self) -> Mapping[str, Document]:
        """The component schemas by name."""
        schemas: Mapping[str, Document] = self.document.get("components", {}).get("schemas", {})
        return schemas

    def resource(self, name: str) -> ResourceSpec:
        """The resource of that name; raises `KeyError` when the API has none."""
        for resource in self.resources:
            if resource.name == name:
                return resource
        raise KeyError(name)
