"""The `sort` parameter: several keys, nested paths, either direction (R-601..R-604).

A key may be of some elements of a list alone, `characteristic[name=speed].value`, picked as in
filters or by a JSONPath.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from tmf_apis.spec.attributes import Attribute
from tmf_apis.tmf630.errors import INVALID_SORT, NOT_IMPLEMENTED, TmfError
from tmf_apis.tmf630.filtering import picked
from tmf_apis.tmf630.jsonpath.parser import parse
from tmf_apis.tmf630.jsonpath.segments import At, Chosen, Every, Member
from tmf_apis.tmf630.lists import all_members
from tmf_apis.tmf630.names import BadName, named
from tmf_apis.tmf630.paths import BadOperand, kind_of, resolve
from tmf_apis.tmf630.query import Path, SortKey

MAX_KEYS = 16
#: The beginning of a bracket such as `[name=speed]`, which no JSONPath has.
_BRACKET = re.compile(r"\[[^?*('\"\[\]=]+=")


def parse_sort(values: Sequence[str], root: Attribute | None) -> tuple[SortKey, ...]:
    """The sort keys, strongest first. A raw `+` arrives as a blank and means ascending (R-602).

    Raises `TmfError` (400) for broken syntax, an empty key among others; a key no resource has is
    missing everywhere. An empty parameter has no keys.
    """
    asked = [key for value in values if value for key in all_members(value)]
    if len(asked) > MAX_KEYS:
        raise TmfError(INVALID_SORT, f"At most {MAX_KEYS} sort keys are allowed.")
    return tuple(_key(key, root) for key in asked)


def _key(asked: str, root: Attribute | None) -> SortKey:
    if not asked:
        raise TmfError(INVALID_SORT, "sort: a key is empty; name an attribute between the commas.")
    text = asked[1:].strip() if asked[0] in "+-" else asked
    try:
        path, attribute = (_named if _BRACKET.search(text) else _by_jsonpath)(text, root)
    except (BadName, BadOperand) as error:
        raise TmfError(INVALID_SORT, f"sort={asked}: {error}.") from error
    except TmfError as error:
        cause = INVALID_SORT if error.cause.status == 400 else error.cause
        raise TmfError(cause, f"sort={asked}: {error.message}") from error
    return SortKey(path, asked[0] == "-", kind_of(attribute))


def _named(text: str, root: Attribute | None) -> tuple[Path, Attribute | None]:
    """The path of a name with brackets, as filters have it, and the attribute it leads to."""
    path: Path = ()
    attribute = root
    for step in named(text.removeprefix("$.")):
        (found,), attribute = resolve([step.name], attribute)
        chosen = picked(step, attribute) if step.pair else None
        path += (replace(found, chosen=chosen),)
    return _checked(path), attribute


def _by_jsonpath(text: str, root: Attribute | None) -> tuple[Path, Attribute | None]:
    """The path that a JSONPath takes, and the attribute it leads to."""
    if ".." in text and "[" not in text and not text.startswith("$"):
        raise BadName("a name is missing between two dots")
    path: Path = ()
    attribute = root
    for segment in parse(text, root):
        match segment:
            case Member(name):
                (found,), attribute = resolve([name], attribute)
                path += (found,)
            case At((index,)) if path:
                path = (*path[:-1], replace(path[-1], index=index))
            case Chosen(predicate) if path and path[-1].chosen is None:
                path = (*path[:-1], replace(path[-1], chosen=predicate))
            case Every():
                pass
            case _:
                raise TmfError(NOT_IMPLEMENTED, "sorting by this path is not supported.")
    return _checked(path), attribute


def _checked(path: Path) -> Path:
    if not path:
        raise BadName("not the path of an attribute")
    if path[-1].chosen is not None:
        raise BadName("name an attribute after the closing bracket")
    return path
