"""A list request whole: its query string becomes a query, a selection and a page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tmf_apis.memory import of_texts
from tmf_apis.spec.attributes import Attribute
from tmf_apis.tmf630 import filtering, query_string
from tmf_apis.tmf630.declared import Names, undeclared
from tmf_apis.tmf630.errors import NOT_IMPLEMENTED, TmfError, naming
from tmf_apis.tmf630.fields import Fields, parse_fields
from tmf_apis.tmf630.identity import latest_asked, located
from tmf_apis.tmf630.jsonpath.selection import selections
from tmf_apis.tmf630.paging import LARGEST, Limits, Page, parse_page
from tmf_apis.tmf630.query import ALWAYS, All, Element, Predicate, Query
from tmf_apis.tmf630.query_string import Condition
from tmf_apis.tmf630.sorting import parse_sort
from tmf_apis.tmf630.weight import refuse_heavy


@dataclass(frozen=True, slots=True)
class Listing:
    """What one list request asks for.

    `where` is its conditions before `href` is turned into id and version, where `hrefs` has ids
    of which a condition means the latest version. `undeclared` are the names in it that the
    resource does not declare.
    """

    query: Query
    fields: Fields | None
    page: Page
    where: Predicate = ALWAYS
    hrefs: frozenset[str] = frozenset()
    undeclared: tuple[Names, ...] = ()


#: Clients poll: so many bytes of requests are kept understood, and so many for each character.
_KEPT, _EACH = 1 << 24, 120
#: A query of more characters is long.
_LONG = 2_000


def parse_listing(
    raw_query: str,
    root: Attribute,
    limits: Limits,
    range_header: str | None = None,
    ignored: tuple[str, ...] = (),
) -> Listing:
    """The listing that a raw query string asks for, in the order of R-605.

    Parameters of the `ignored` names are no filters (D29). Raises `TmfError` (400 or 501) that
    names the parameter.
    """
    return _remembered[raw_query, range_header, root, limits, ignored]


def is_remembered(
    raw_query: str,
    root: Attribute,
    limits: Limits,
    range_header: str | None = None,
    ignored: tuple[str, ...] = (),
) -> bool:
    """Whether a raw query string was understood before, so that `parse_listing` is at once done."""
    return (raw_query, range_header, root, limits, ignored) in _remembered


def _parsed(asked: tuple[str, str | None, Attribute, Limits, tuple[str, ...]]) -> Listing:
    raw_query, range_header, root, limits, ignored = asked
    if not raw_query and range_header is None:
        page = parse_page({}, None, limits)
        return Listing(Query(limit=page.limit, room=LARGEST), None, page)
    reserved, conditions = query_string.split(raw_query, ignored=ignored)
    for name in ("depth", "expand"):
        if any(value not in ("", "0") for value in reserved.get(name, ())):
            raise TmfError(NOT_IMPLEMENTED, f"{name}: this server does not expand references.")
    page = parse_page(reserved, range_header, limits)
    where = kept(reserved, conditions, root)
    sort = parse_sort(reserved.get("sort", ()), root)
    chosen = [step.chosen for key in sort for step in key.path if step.chosen is not None]
    refuse_heavy(where, *(Element((), predicate) for predicate in chosen))
    query = Query(
        where=located(where),
        sort=sort,
        offset=page.offset,
        limit=page.limit,
        cursor=page.cursor,
        asked=tuple(dict.fromkeys(each.asked for found in conditions for each in found)),
        long=len(raw_query) > _LONG,
        room=LARGEST,
    )
    fields = parse_fields(reserved.get("fields", ()), root)
    return Listing(query, fields, page, where, latest_asked(where), undeclared(where, root))


_remembered = of_texts(_parsed, _KEPT, _EACH)


def kept(
    reserved: Mapping[str, Sequence[str]],
    conditions: Sequence[Sequence[Condition]],
    root: Attribute | None,
) -> Predicate:
    """What the conditions of a query string and its `filter` keep together (R-508).

    Raises as `filtering.predicate` and `selections` do.
    """
    plain = filtering.predicate(conditions, root)
    with naming("filter"):
        chosen = selections(reserved.get("filter", ()), root)
    if ALWAYS in (plain, chosen):
        return chosen if plain == ALWAYS else plain
    return All((plain, chosen))
