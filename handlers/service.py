"""Everything one resource needs to be served; `services` puts it together."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from uuid import uuid4

from handlers.bell import Bell
from handlers.neighbours.neighbour import Neighbour
from handlers.turnstile import Turnstile
from persistence.store import Collection, Records, Scope, Store
from tmf_apis.behaviour.following import Behaviour
from tmf_apis.behaviour.references import Referring
from tmf_apis.faces.converter import Faces
from tmf_apis.faces.table import NEWER
from tmf_apis.lifecycles.machine import Machine
from tmf_apis.rules.base import ResourceRules
from tmf_apis.schema.registry import Registry
from tmf_apis.schema.validator import Validator
from tmf_apis.settings import Settings
from tmf_apis.spec.attributes import Attribute
from tmf_apis.spec.events import EventSpec
from tmf_apis.spec.model import ApiSpec, ResourceSpec
from tmf_apis.tmf630.instants import now_text
from tmf_apis.tmf630.paging import Limits


@dataclass(frozen=True, slots=True)
class Service:
    """One resource of one API: its facts, its rules, its validators, and where it is kept."""

    api: ApiSpec
    spec: ResourceSpec
    rules: ResourceRules
    collection: Collection
    store: Store
    #: Where its records are: the store, or what embeds them.
    records: Records
    settings: Settings
    limits: Limits
    #: What its requests and answers declare, together.
    known: Attribute
    create_validator: Validator | None
    stored_validator: Validator
    #: Schemas of sub-classes the operator gave the server.
    registry: Registry
    #: What a client may not set in POST (R-704).
    owned: frozenset[str]
    #: What every selection of attributes shows (R-304, R-305).
    always: frozenset[str]
    #: What of the collection is part of this resource: all of it, or a view.
    scope: Scope
    type_name: str
    #: The attribute of its parent that embeds a nested collection; empty when none does.
    embedded: str = ""
    #: Attributes that tell of a person, where reads of them are recorded.
    personal: frozenset[str] = frozenset()
    #: Its own attributes that embed nested collections.
    embeds: tuple[str, ...] = ()
    #: Whether any text of its API may come as a number (R-721).
    numbered: bool = False
    #: What follows from a write; None when nothing does.
    behaviour: Behaviour | None = None
    #: What its changes raise, by kind; nothing when events are off.
    events: Mapping[str, EventSpec] = field(default_factory=dict)
    #: The services of the same API by name of resource, this one included.
    siblings: "dict[str, Service]" = field(default_factory=dict, repr=False, compare=False)
    #: How it refers to what is served; None when nobody cares.
    referring: Referring | None = None
    #: The services of its major version that may refer and be referred to, by collection; none
    #: when nobody cares.
    peers: "dict[str, Service]" = field(default_factory=dict, repr=False, compare=False)
    #: The same, for whoever sees some rows only and may refer to these alone; None where nobody is
    #: asked who they are. Its `homes` are the services of all versions.
    bound: Referring | None = None
    homes: "dict[str, Service]" = field(default_factory=dict, repr=False, compare=False)
    #: How its other face follows from it, and which side it is; None where records have one face.
    faces: Faces | None = None
    side: int = NEWER
    #: States of the face that decides, as this one spells them.
    words: Mapping[str, str] = field(default_factory=dict)
    #: The services of records with two faces, by collection.
    faced: "dict[str, Service]" = field(default_factory=dict, repr=False, compare=False)
    #: What keeps its records where another server does; None where they are kept here.
    elsewhere: Neighbour | None = field(default=None, compare=False)
    #: Rung when something was made that waits for the server.
    bell: Bell = field(default_factory=Bell)
    #: What lists come through that were not asked for before: to understand one takes a while.
    turnstile: Turnstile = field(default_factory=Turnstile, compare=False)
    clock: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    new_id: Callable[[], str] = field(default=lambda: str(uuid4()))

    def now(self) -> str:
        """The time of this moment, as it is written into resources."""
        return now_text(self.clock())

    def scoped(self, parent: str) -> Scope:
        """Whom a request sees what for, below the parents of a nested collection."""
        return replace(self.scope, parent=parent) if parent else self.scope

    @property
    def is_referable(self) -> bool:
        """Whether its path is that of one collection, so that an id alone names one of it."""
        return not any(segment.startswith("{") for segment in self.spec.segments)

    @property
    def machine(self) -> Machine | None:
        """The machine of its state, if it has one."""
        return self.behaviour.machine(self.rules.state or "") if self.behaviour else None

    @property
    def open_states(self) -> frozenset[str]:
        """The states that are not final: in those a task waits for the server."""
        machine = self.machine
        return frozenset(machine.moves.keys() - machine.final) if machine else frozenset()

    def strict(self, word: str) -> bool:
        """Whether the server was asked to be strict about something (D11)."""
        return word in self.settings.strict

    @property
    def has_twin(self) -> bool:
        """Whether its records have another face."""
        return self.faces is not None

    @property
    def twin(self) -> "Service":
        """The service that shows the other face of its records."""
        return self.faced[self.collection.twin]

    @property
    def lead(self) -> "Service":
        """The service on whose face it is decided what follows from a write (V-705, V-707)."""
        return self if self.side == NEWER else self.twin
