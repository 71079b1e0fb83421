"""Small expressions of a mapping, such as `downlink * 1000`: read at start, reckoned by a library.

They know numbers, texts, comparisons, `a if b else c` and a few functions: no attributes, no
loops, no powers, for what they reckon with comes from clients.
"""

import ast
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from simpleeval import DEFAULT_OPERATORS, NameNotDefined, SimpleEval

_BEYOND = (ast.Pow, ast.LShift, ast.RShift, ast.BitOr, ast.BitXor, ast.BitAnd, ast.Invert)


def _of_numbers(operator: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """An operator that takes no texts and no lists, of which it would make ones of any length."""

    def checked(left: Any, right: Any) -> Any:
        if not (isinstance(left, (int, float)) and isinstance(right, (int, float))):
            raise TypeError("these are not numbers")
        return operator(left, right)

    return checked


_OPERATORS = {
    **{kind: done for kind, done in DEFAULT_OPERATORS.items() if kind not in _BEYOND},
    ast.Mult: _of_numbers(operator.mul),
    ast.Mod: _of_numbers(operator.mod),
}
#: What may be called.
FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "number": lambda text: float(text) if "." in str(text) else int(text),
    "text": str,
    "lower": lambda text: str(text).lower(),
    "upper": lambda text: str(text).upper(),
    "round": round,
    "least": min,
    "greatest": max,
    "length": len,
    "has": operator.contains,
}
_TAKEN = (
    ast.Expression, ast.Expr, ast.Constant, ast.Name, ast.Load, ast.BinOp, ast.UnaryOp, ast.BoolOp,
    ast.Compare, ast.IfExp, ast.Call, ast.operator, ast.unaryop, ast.boolop, ast.cmpop,
)  # fmt: skip
#: Characters of an expression at most.
LONGEST = 1_000


class ExpressionError(ValueError):
    """An expression that cannot be read, or not be reckoned with some values; the text says why."""


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression that was read: its text, its tree, and the names whose values it needs."""

    text: str
    tree: ast.AST
    names: frozenset[str]

    def reckoned(self, values: Mapping[str, Any]) -> Any:
        """What it gives with the values of some names; None where one it needs is not there.

        Raises `ExpressionError`.
        """
        reckoner = SimpleEval(_OPERATORS, dict(FUNCTIONS), dict(values), allowed_attrs={})
        try:
            found = reckoner.eval(self.text, previously_parsed=self.tree)
        except NameNotDefined:
            return None
        except Exception as error:  # Whatever values of a client make of it.
            raise ExpressionError(f"{self.text!r} cannot be reckoned: {error}") from error
        return int(found) if isinstance(found, float) and found.is_integer() else found


def read_expression(text: str) -> Expression:
    """An expression that may be reckoned. Raises `ExpressionError`."""
    if len(text) > LONGEST:
        raise ExpressionError(f"an expression has {LONGEST} characters at most")
    try:
        tree = SimpleEval.parse(text)
    except Exception as error:
        raise ExpressionError(f"{text!r} is no expression: {error}") from error
    called = [each.func for each in ast.walk(tree) if isinstance(each, ast.Call)]
    for each in ast.walk(tree):
        if not isinstance(each, _TAKEN) or isinstance(each, _BEYOND):
            raise ExpressionError(f"{text!r}: {type(each).__name__} may not be used")
    for function in called:
        if not isinstance(function, ast.Name) or function.id not in FUNCTIONS:
            known = ", ".join(FUNCTIONS)
            raise ExpressionError(f"{text!r} calls what there is not; functions are {known}")
    names = {each.id for each in ast.walk(tree) if isinstance(each, ast.Name)}
    return Expression(text, tree, frozenset(names - FUNCTIONS.keys()))
