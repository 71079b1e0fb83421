"""A list request whole: its query string becomes a query, a selection and a page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from tmf_apis.spec.attributes import Attribute
from tmf_apis.tmf630 import filtering, query_string
from tmf_apis.tmf630.declared import Names, undeclared
from tmf_apis.tmf630.errors import INVALID_FILTER, NOT_IMPLEMENTED, TmfError, naming
from tmf_apis.tmf630.fields import Fields, parse_fields
from tmf_apis.tmf630.identity import latest_asked, located
from tmf_apis.tmf630.jsonpath.selection import selections
from tmf_apis.tmf630.paging import Limits, Page, parse_page
from tmf_apis.tmf630.query import ALWAYS, All, AnyOf, Element, Not, Predicate, Query, SortKey
from tmf_apis.tmf630.query_string import Condition
from tmf_apis.tmf630.sorting import parse_sort

#: What every store can run: comparisons in all, and how deep they nest (`_weight`).
MAX_COMPARISONS = 200
MAX_NESTING = 12


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


#: Clients poll: as many different requests are kept understood as this, if they are no longer.
_KEPT, _LONGEST_KEPT = 512, 2_000


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
    parse = _remembered if len(raw_query) <= _LONGEST_KEPT else _parsed
    return parse(raw_query, root, limits, range_header, ignored)


def _parsed(
    raw_query: str,
    root: Attribute,
    limits: Limits,
    range_header: str | None,
    ignored: tuple[str, ...],
) -> Listing:
    if not raw_query and range_header is None:
        page = parse_page({}, None, limits)
        return Listing(Query(limit=page.limit), None, page)
    reserved, conditions = query_string.split(raw_query, ignored=ignored)
    for name in ("depth", "expand"):
        if any(value not in ("", "0") for value in reserved.get(name, ())):
            raise TmfError(NOT_IMPLEMENTED, f"{name}: this server does not expand references.")
    page = parse_page(reserved, range_header, limits)
    where = kept(reserved, conditions, root)
    sort = parse_sort(reserved.get("sort", ()), root)
    _refuse_heavy(where, sort)
    query = Query(
        where=located(where),
        sort=sort,
        offset=page.offset,
        limit=page.limit,
        cursor=page.cursor,
        asked=tuple(dict.fromkeys(each.asked for found in conditions for each in found)),
        long=len(raw_query) > _LONGEST_KEPT,
    )
    fields = parse_fields(reserved.get("fields", ()), root)
    return Listing(query, fields, page, where, latest_asked(where), undeclared(where, root))


_remembered = lru_cache(_KEPT)(_parsed)


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


def _refuse_heavy(where: Predicate, sort: Sequence[SortKey]) -> None:
    chosen = [step.chosen for key in sort for step in key.path if step.chosen is not None]
    weights = [_weight(where), *(_weight(Element((), predicate)) for predicate in chosen)]
    comparisons, nesting = sum(n for n, _ in weights), max(d for _, d in weights)
    if comparisons > MAX_COMPARISONS or nesting > MAX_NESTING:
        message = "There are too many conditions in filters or sort, or they nest too deep."
        raise TmfError(INVALID_FILTER, message)


def _weight(predicate: Predicate) -> tuple[int, int]:
    """How many comparisons there are, and how deep they nest; a list counts three levels."""
    match predicate:
        case All(of) | AnyOf(of):
            parts = [_weight(part) for part in of]
            return sum(n for n, _ in parts), 1 + max((d for _, d in parts), default=0)
        case Not(inner):
            comparisons, nesting = _weight(inner)
            return comparisons, nesting + 1
        case Element(_, inner):
            comparisons, nesting = _weight(inner)
            return comparisons, nesting + 3
    return 1, 0
