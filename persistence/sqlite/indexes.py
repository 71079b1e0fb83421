"""Which index serves a query: that of its conditions, that of its order, or that of a group."""

from enum import Enum

from persistence.mentions import mentioned, mentioned_of_element
from persistence.mirror import is_id
from persistence.sqlite.tables import Table
from tmf_apis.tmf630.query import All, Comparison, Element, Operator, Predicate, SortKey


def sorts_by_index(table: Table, sort: tuple[SortKey, ...]) -> bool:
    """Whether the first key has an index that gives the order."""
    if not sort:
        return True
    column = table.mirror.column(sort[0].path, sort[0].kind)
    return column is not None and column.indexed


def finds_in_order(table: Table, where: Predicate) -> bool:
    """Whether an index finds the matches in creation order: those of one value of a column,
    or those that mention something.
    """
    match where:
        case All(of):
            return any(finds_in_order(table, part) for part in of)
        case Comparison(path, Operator.EQ, (_,), kind) if (
            not is_id(path) and (column := table.mirror.column(path, kind)) is not None
        ):
            return column.indexed
        case Comparison():
            return mentioned(table.collection, where) is not None
        case Element(path, inner):
            return mentioned_of_element(table.collection, path, inner) is not None
    return False


class Group(Enum):
    """What the index of the group does for a query."""

    NOTHING = 0
    #: It holds all that is asked about, and the sort key.
    COVERS = 1
    #: It gives the matches in the order of the sort key.
    ORDERS = 2


def group_index(table: Table, where: Predicate, sort: tuple[SortKey, ...]) -> Group:
    """What the index of the group does for a query with such a condition and such an order."""
    match where, sort, table.collection.group:
        case Comparison(asked, Operator.EQ, values), (SortKey(path), *more), (head, *instants):
            if asked != head or path not in instants:
                return Group.NOTHING
            orders = path == instants[0] and not more and len(values) == 1
            return Group.ORDERS if orders else Group.COVERS if not more else Group.NOTHING
    return Group.NOTHING


def comes_in_order(
    table: Table, sort: tuple[SortKey, ...], group: Group, *, walk: bool, in_order: bool
) -> bool:
    """Whether rows come one by one in the order that is wanted, with nothing left to sort.

    `walk` says that an index of the order may be walked, `in_order` that the one of the conditions
    has it. Equals are as they were made: upwards, also where the index is walked downwards, but
    in that of the group, which is made for it.
    """
    if not sort:
        return walk or in_order
    if len(sort) > 1:
        return False
    if group is Group.ORDERS:
        return sort[0].descending
    return walk and sorts_by_index(table, sort) and not sort[0].descending
