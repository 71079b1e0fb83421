"""What any server of a TM Forum API sets by itself, by the names of attributes (R-705).

For resources that have no table of their own, above all those of files that a user adds. An
attribute that a file does not declare is never set, nor one that it declares as something else.
"""

from dataclasses import replace

from tmf_apis.rules.base import ResourceRules
from tmf_apis.spec.attributes import Attribute
from tmf_apis.spec.model import ResourceSpec
from tmf_apis.spec.types import Kind, Shape

#: Attributes that hold a state, strongest first; and the times of creation and of change.
STATES = ("lifecycleStatus", "state", "status")
CREATED = ("creationDate", "createdDate", "createDate", "dateCreated")
CHANGED = ("lastUpdate", "lastUpdateDate", "lastModified", "lastModifiedDate", "modifiedDate")

#: The first state of a new resource: the first of these that an enumeration has, in its spelling.
_FIRST = ("acknowledged", "initialized", "created", "not started", "submitted", "in study")
#: And where a state may be any text.
_FIRST_OF_ANY = {"lifecycleStatus": "In study"}
#: Values for other attributes that the client leaves out.
_FALSE = ("isBundle",)


def is_time(attribute: Attribute | None) -> bool:
    """Whether the time of this moment is a value of an attribute."""
    return (
        attribute is not None
        and attribute.shape is Shape.ONE
        and attribute.kind in (Kind.INSTANT, Kind.TEXT)
        and attribute.formats <= {"date-time"}
        and not attribute.confined
    )


def customary(rules: ResourceRules, resource: ResourceSpec) -> ResourceRules:
    """The rules of a resource that has no table, with what any server sets."""
    declared = resource.attributes.children
    state = declared.get(rules.state or "")
    return replace(
        rules,
        initial=_first(rules.state or "", state) if state is not None else None,
        filled=tuple(name for name in CREATED if is_time(declared.get(name))),
        defaults={name: False for name in _FALSE if _is_flag(declared.get(name))},
    )


def _first(name: str, state: Attribute) -> str | None:
    """The state a new resource has; None where nobody knows it."""
    if state.kind is not Kind.TEXT or state.shape is not Shape.ONE:
        return None
    if not state.enumeration:
        return _FIRST_OF_ANY.get(name)
    spelt = {value.casefold(): value for value in reversed(state.enumeration)}
    return next((spelt[first] for first in _FIRST if first in spelt), None)


def _is_flag(attribute: Attribute | None) -> bool:
    return attribute is not None and attribute.kind is Kind.BOOLEAN and attribute.shape is Shape.ONE
