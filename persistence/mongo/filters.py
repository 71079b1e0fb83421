"""The words of MongoDB's filters: a condition on one field, and one of several conditions."""

from collections.abc import Sequence
from typing import Any

from persistence.mongo.patterns import pcre
from tmf_apis.tmf630.query import Operator, Scalar

Filter = dict[str, Any]

#: What no document satisfies.
NEVER: Filter = {"$nor": [{}]}
_SIGNS = {
    Operator.GT: "$gt",
    Operator.GTE: "$gte",
    Operator.LT: "$lt",
    Operator.LTE: "$lte",
}


def related(name: str, operator: Operator, operands: Sequence[Scalar]) -> Filter:
    """The condition that a field stands in relation to one of the operands."""
    if operator is Operator.EQ:
        return {name: {"$in": list(operands)}} if len(operands) > 1 else {name: operands[0]}
    if operator is Operator.REGEX:
        return either([{name: {"$regex": pcre(operand)}} for operand in operands])
    return either([{name: {_SIGNS[operator]: operand}} for operand in operands])


def either(conditions: list[Filter]) -> Filter:
    """The condition that one of some conditions holds."""
    return conditions[0] if len(conditions) == 1 else {"$or": conditions}
