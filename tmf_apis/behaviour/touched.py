"""What a document could touch of others: whatever of what is served it may refer to, told so that
no word in it hides that. Pure; who may touch it is settled in `handlers/permission/referring.py`.

A reference is judged here by more than it says: by the class of its place whatever `@referredType`
names, and also where it says enough to be a value, for what acts on ids does not look so closely.
"""

from collections.abc import Iterator, Set
from typing import Any, NamedTuple

from tmf_apis.behaviour.references import Referring, told, written
from tmf_apis.spec.references import Place

Json = dict[str, Any]

#: Classes of references to a party or one of its roles: which one, only the reference says.
PARTIES = frozenset(
    {
        "PartyOrPartyRole",
        "PartyRef",
        "PartyRefOrPartyRoleRef",
        "PartyRoleRef",
        "RelatedParty",
        "RelatedPartyRef",
    }
)
#: What such a reference may be to, where it says nothing of it that is served.
_MEANT_OF_PARTIES = ("Customer", "Individual", "Organization")
#: The same of other classes whose name is that of no class that is served.
_MEANT = {"AccountRef": ("BillingAccount",)}


class Touch(NamedTuple):
    """An id in a document, where it stands, and the collections it may be of: in one of each group
    there has to be something of that id. Where `party` is true it may be who is asking instead.
    """

    where: str
    id: str
    groups: tuple[tuple[str, ...], ...]
    party: bool

    @property
    def known_by(self) -> tuple[str, tuple[tuple[str, ...], ...]]:
        """What makes it the same as one that stands elsewhere."""
        return self.id, self.groups

    def lacking(self, seen: Set[tuple[str, str]], own: Set[str]) -> str:
        """The collection in which nothing is seen of the id, of several the first one; empty where
        it may be referred to. `own` are the ids of who is asking.
        """
        if self.party and self.id in own:
            return ""
        for group in self.groups:
            if not any((name, self.id) in seen for name in group):
                return group[0]
        return ""


def touched(referring: Referring, before: Json | None, after: Json) -> list[Touch]:
    """What a change brings in; of a new document, all. `before` is the document before it."""
    old = {one.known_by for one in _touched(referring, before)} if before else set()
    return [one for one in _touched(referring, after) if one.known_by not in old]


def _touched(referring: Referring, document: Json) -> Iterator[Touch]:
    for pointer, place, value in told(referring.top, document):
        id = value.get("id")
        # Some texts may come as numbers.
        if isinstance(id, (str, int, float)) and not isinstance(id, bool):
            party = not PARTIES.isdisjoint(place.named)
            groups = tuple(_groups(referring, place, value.get("@referredType"), party=party))
            if groups:
                yield Touch(written(pointer), str(id), groups, party)


def _groups(
    referring: Referring, place: Place, said: Any, *, party: bool
) -> Iterator[tuple[str, ...]]:
    served = referring.served
    says = served.get(said, "") if isinstance(said, str) else ""
    if place.thing:
        yield (served[place.thing],)
    if says and says != served.get(place.thing):
        yield (says,)
    if not place.thing and not says:
        meant = _MEANT_OF_PARTIES if party else _meant(place)
        if found := tuple(served[name] for name in meant if name in served):
            yield found


def _meant(place: Place) -> tuple[str, ...]:
    return next((_MEANT[name] for name in sorted(place.named) if name in _MEANT), ())
