"""What a value of an attribute is, and the words that say what else may stand for one.

Imports nothing.
"""

from enum import Enum


class Kind(Enum):
    """How values of an attribute compare (R-414)."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    INSTANT = "instant"
    OBJECT = "object"
    #: Undeclared, or declared as any JSON: decided value by value (D12).
    ANY = "any"


class Shape(Enum):
    """Whether an attribute holds one value or a list of them."""

    ONE = "one"
    MANY = "many"
    #: Undeclared, or declared both ways.
    EITHER = "either"


#: The word of a schema, beside `enum`, for values that are accepted as well and are no members.
ACCEPTED = "x-accepted"
#: The word of a schema, beside `type`, for JSON types that are accepted as well.
ACCEPTED_TYPES = "x-accepted-types"
