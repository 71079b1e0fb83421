"""The `sort` parameter: several keys, nested paths, either direction (R-601..R-604)."""

from collections.abc import Sequence

from tmf_apis.spec.attributes import Attribute
from tmf_apis.tmf630.errors import INVALID_SORT, NOT_IMPLEMENTED, TmfError
from tmf_apis.tmf630.jsonpath.parser import parse
from tmf_apis.tmf630.jsonpath.segments import At, Every, Member
from tmf_apis.tmf630.lists import all_members
from tmf_apis.tmf630.paths import kind_of
from tmf_apis.tmf630.query import SortKey, Step

MAX_KEYS = 16


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
    path_text = asked[1:].strip() if asked[0] in "+-" else asked
    if ".." in path_text and "[" not in path_text and not path_text.startswith("$"):
        raise TmfError(INVALID_SORT, f"sort={asked}: a name is missing between two dots.")
    try:
        segments = parse(path_text, root)
    except TmfError as error:
        cause = INVALID_SORT if error.cause.status == 400 else error.cause
        raise TmfError(cause, f"sort={asked}: {error.message}") from error
    steps: list[Step] = []
    attribute = root
    for segment in segments:
        match segment:
            case Member(name, shape):
                steps.append(Step(name, shape))
                attribute = attribute.children.get(name) if attribute is not None else None
            case At((index,)) if steps:
                steps[-1] = Step(steps[-1].name, steps[-1].shape, index)
            case Every():
                pass
            case _:
                raise TmfError(NOT_IMPLEMENTED, f"sort={asked}: sorting by a filtered list.")
    if not steps:
        raise TmfError(INVALID_SORT, f"sort={asked}: not the path of an attribute.")
    return SortKey(tuple(steps), asked[0] == "-", kind_of(attribute))
