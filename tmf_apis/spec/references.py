"""Where a resource may refer to others, and to what: read off its specification.

A class of references is named after what it refers to: `ProductOfferingRef`; one that holds that,
or a value in its place, `ServiceRefOrValue`.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tmf_apis.spec.attributes import Attribute

#: Endings of a component's name that say for which request it is.
_FORMS = ("_FVO", "_MVO", "_RES")
#: Classes of references that are not named after what they refer to, or not as such.
_NAMED_OTHERWISE = {
    "AffectedService": "Service",
    "BillRef": "CustomerBill",
    "BundledProductOffering": "ProductOffering",
    "BundledProductOfferingPriceRelationship": "ProductOfferingPrice",
    "BundledProductSpecification": "ProductSpecification",
    "OrderRelationship": "ProductOrder",
    "ProductOfferingPriceRelationship": "ProductOfferingPrice",
    "ProductOfferingRelationship": "ProductOffering",
    "ProductSpecificationRelationship": "ProductSpecification",
    "ServiceOrderRelationship": "ServiceOrder",
}
#: What may be left out of a reference, and is known of what it refers to.
_COMPLETED = ("name", "@referredType")


def plain_name(component: str) -> str:
    """The name of a class without the ending of the form it has in some requests."""
    for form in _FORMS:
        component = component.removesuffix(form)
    return component


def is_reference(component: str) -> bool:
    """Whether a component is a class of references, by the naming of TM Forum's files."""
    return plain_name(component).endswith("Ref")


def is_always_reference(node: Attribute) -> bool:
    """Whether what has an id there refers to something, whatever else it says."""
    names = [plain_name(name) for name in node.names]
    return any(name.endswith("Ref") or name in _NAMED_OTHERWISE for name in names)


@dataclass(slots=True, eq=False)
class Place:
    """What may stand under a name, in a graph that has circles where classes do.

    `refers` says that what has an id there may be a reference: to what `@referredType` names if
    `tells`, else to the class `thing`, which is empty where the schema does not say. Where
    `valued` a value may stand instead. `completed` are the names that can be filled in, and
    `named` the classes themselves, without the endings of their forms.
    """

    thing: str = ""
    refers: bool = False
    tells: bool = False
    valued: bool = True
    completed: tuple[str, ...] = ()
    named: frozenset[str] = frozenset()
    below: dict[str, "Place"] = field(default_factory=dict)

    def at(self, names: Sequence[str]) -> "Place | None":
        """The place at a path of names, or None when no reference is there or below."""
        place: Place | None = self
        for name in names:
            place = place.below.get(name) if place else None
        return place


def places(root: Attribute, served: Collection[str]) -> Place:
    """The places of a resource that may refer to one of the classes that are served."""
    made: dict[frozenset[object], Place] = {}
    top = _place(root, served, made)
    top.refers = False
    _prune(made.values())
    return top


def named_place(top: Place, ending: Sequence[str]) -> bool:
    """Whether some reference of a resource is found under names that end so."""
    everywhere, waiting = {id(top): top}, [top]
    while waiting:
        for place in waiting.pop().below.values():
            if id(place) not in everywhere:
                everywhere[id(place)] = place
                waiting.append(place)
    found = [place.at(ending) for place in everywhere.values()]
    return any(place is not None and place.refers for place in found)


def _place(node: Attribute, served: Collection[str], made: dict[frozenset[object], Place]) -> Place:
    if node.identity in made:
        return made[node.identity]
    place = made[node.identity] = Place()
    place.named = frozenset(map(plain_name, node.names))
    things = (_thing(name) for name in sorted(place.named))
    place.thing = next((thing for thing in things if thing in served), "")
    place.valued = not is_always_reference(node)
    place.tells = "@referredType" in node.children
    place.refers = "id" in node.children and bool(place.thing or place.tells)
    place.completed = tuple(name for name in _COMPLETED if name in node.children)
    for name, child in node.children.items():
        if child.children:
            place.below[name] = _place(child, served, made)
    return place


def _prune(everywhere: Iterable[Place]) -> None:
    """Leave out what leads to no reference."""
    places = list(everywhere)
    useful = {id(place) for place in places if place.refers}
    grown = True
    while grown:
        more = {id(p) for p in places if any(id(b) in useful for b in p.below.values())}
        grown = not more <= useful
        useful |= more
    for place in places:
        place.below = {name: b for name, b in place.below.items() if id(b) in useful}


def _thing(name: str) -> str:
    """The class that a class of references refers to, or an empty text."""
    if name in _NAMED_OTHERWISE:
        return _NAMED_OTHERWISE[name]
    for ending in ("RefOrValue", "Ref"):
        if name.endswith(ending):
            return name.removesuffix(ending)
    return ""


def classes(name: str, schemas: Mapping[str, dict[str, object]], type_name: str) -> list[str]:
    """The classes that a resource with a schema of that name may be, its own first."""
    own = (schemas.get(name, {}), schemas.get(type_name, {}))
    further: list[str] = []
    for schema in own:
        discriminator = schema.get("discriminator", {})
        if isinstance(discriminator, dict):
            further += discriminator.get("mapping", {})
    return list(dict.fromkeys([type_name, plain_name(name), *further]))
