"""What a table says of one resource beyond its specification file."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ItemRules:
    """What holds for the items of an order.

    `entity` is what an item is about, and `actions_on_existing` are the actions for which it
    must be named; `relation` is the list of references to other items of the same order.
    """

    attribute: str
    entity: str
    relation: str
    actions_on_existing: frozenset[str]
    #: Values for attributes of an item that the client leaves out.
    defaults: Mapping[str, object] = field(default_factory=dict)
    #: States of an order that no item can have, each with that of its items instead.
    states: Mapping[str, str] = field(default_factory=dict)
    #: How an item that adds something should say what: by a reference beside the entity, by
    #: an attribute of the entity, or, where neither is named, by any description of it.
    offered: str | None = None
    described: str | None = None
    #: The list of operations by which an item says what it changes (R-641-04).
    changes: str | None = None
    #: What of a relation names the other item and, if it is another one, its order.
    related: str | None = None
    #: Whether an item that embeds items has the state that these add up to (R-641-10).
    embedding: bool = False
    #: Under which name an event tells the items that moved, and where to (R-1016).
    moves: str | None = None


@dataclass(frozen=True, slots=True)
class Conditional:
    """What a resource must and must not hold while a flag is as given; one left out is false."""

    flag: str
    when: bool
    needs: str | None = None
    forbids: str | None = None


@dataclass(frozen=True, slots=True)
class ResourceRules:
    """The server's part in a resource's attributes (R-702, R-704, R-705).

    Every name is an attribute; those the specification does not declare are passed over.
    """

    #: The attribute that holds the state, and the state a new resource has (lifecycles.md).
    state: str | None = None
    initial: str | None = None
    #: A task begins in its initial state whatever the client says (L-TASK).
    task: bool = False
    #: The attribute whose value, if the client gives it, is the initial state (R-622-06).
    initial_from: str | None = None
    #: Set to the time of creation: `stamped` always, `filled` when the client gives none.
    stamped: tuple[str, ...] = ()
    filled: tuple[str, ...] = ()
    #: Set to the time of every change; of a new resource those in `told` as the client says.
    touched: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    #: What the server sets as it carries out a task, whatever the client said.
    outcome: tuple[str, ...] = ()
    #: Values for attributes the client leaves out.
    defaults: Mapping[str, object] = field(default_factory=dict)
    #: What no such resource is ever without, although its file may not say so (R-812).
    lasting: tuple[str, ...] = ()
    #: What reports on it: a write is taken unless the server is strict about it (R-639-04).
    reported: tuple[str, ...] = ()
    #: The items of an order; one without a state takes over that of the whole.
    items: ItemRules | None = None
    #: What should go together, and must where the server is strict about it (R-620-05).
    conditionals: tuple[Conditional, ...] = ()
    #: Several versions of an entity may share an id (section 13).
    versioned: bool = False
    #: Further attributes whose change is a change of state (R-1017).
    states: tuple[str, ...] = ()
    #: The state that asks for missing information, and what a resource may lack then (R-1018).
    waiting: str | None = None
    completing: tuple[str, ...] = ()
    #: The kind of event told of an attribute: of a new element of a list, or a new value (R-1019).
    announced: Mapping[str, str] = field(default_factory=dict)
    #: Kinds of event the resource raises although its file may not define them (D17).
    events: tuple[str, ...] = ()
    #: The collection this one is a view of: its members are those of this `@type`.
    view_of: str | None = None
    #: Lists of references to others of its kind, each with the list by which those refer back.
    mirrored: Mapping[str, str] = field(default_factory=dict)
    #: The path to the ids of others of its kind that it is a part or made of; none leads back.
    acyclic: tuple[str, ...] = ()
    #: What follows from a write to it: a key of `tmf_apis/behaviour/table.py`.
    reaction: str = ""
    #: What the server does about it, a key of `handlers/tasks/performers.py`, and to which
    #: resource.
    performs: str = ""
    target: str = ""
    #: Where a task says why it ended badly.
    reason: str = "reason"
    #: The resource whose members are the lines of its document, which can be read as a PDF.
    lines: str = ""


Rules = Mapping[str, ResourceRules]
