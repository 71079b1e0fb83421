"""Which rules a check can blame, read off its code: those that its failures name.

A failure that names no rule blames all that its check verifies. Where rules come from data (a state
machine, a schema) they are looked up where those are.
"""

import ast
import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module

from conformance.check import Check
from conformance.lifecycles import machines

_RULE = re.compile(r"(?:R-\d|L-|S-\d|V-)[\w-]*")
#: How many arguments a failure has that names no rule.
_NAMELESS = {"demand": 3, "Failed": 2}
#: Where the rules of failures are that are found in other objects' hands.
_ELSEWHERE = {
    "oracle": ("conformance.oracle.blame", "conformance.oracle.changing"),
    "shape": ("conformance.shapes",),
    "invariants": (
        "conformance.shapes",
        *(f"conformance.invariants.{name}" for name in (
            "errors", "statuses", "schemas", "leaks", "counts", "dates", "methods", "media",
            "identity", "bringing", "linking",
        )),
    ),
}  # fmt: skip
Place = tuple[str, str]


def blameable(check: Check) -> set[str]:
    """The rules that some failure of a check names."""
    parts = list(_reached((check.run.__module__, str(getattr(check.run, "__name__", "")))))
    if any(part.nameless for part in parts):
        return set(check.rules)
    named = {word for part in parts for word in part.words}
    if any(part.machine for part in parts):
        named |= {rule for machine in machines() for rule in machine.rules}
    for module in _ELSEWHERE.get(check.name.partition(".")[0], ()):
        named |= set(_RULE.findall(inspect.getsource(import_module(module))))
    # Helpers that several checks share are told the rules they blame beside the first one.
    return {name for name in named if _RULE.fullmatch(name)} | {check.rules[0]}


@dataclass(frozen=True)
class _Part:
    """What matters of one function or value: its texts, and what it names of the kit."""

    words: frozenset[str]
    #: Whether a failure in it names no rule, and whether one names those of a state machine.
    nameless: bool
    machine: bool
    names: frozenset[Place]


def _reached(start: Place) -> Iterator[_Part]:
    """A function, and all that it names in the kit."""
    seen, waiting = {start}, [start]
    while waiting:
        part = _part(waiting.pop())
        yield part
        waiting += part.names - seen
        seen |= part.names


@cache
def _part(place: Place) -> _Part:
    module, name = place
    defined, imported = _names(module)
    nodes = [node for part in defined.get(name, ()) for node in ast.walk(part)]
    named = {(module, node.id) for node in nodes if isinstance(node, ast.Name)}
    return _Part(
        frozenset(
            n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)
        ),
        any(map(_is_nameless, nodes)),
        any(isinstance(node, ast.Attribute) and node.attr == "rules" for node in nodes),
        frozenset(named | ({imported[name]} if name in imported else set())),
    )


def _is_nameless(node: ast.AST) -> bool:
    called = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
    return isinstance(node, ast.Call) and len(node.args) == _NAMELESS.get(called)


@cache
def _names(module: str) -> tuple[dict[str, list[ast.AST]], dict[str, Place]]:
    """What a module defines, each without its decorators, and what it imports of the checks."""
    defined: dict[str, list[ast.AST]] = {}
    imported: dict[str, Place] = {}
    for node in ast.parse(inspect.getsource(import_module(module))).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            defined[node.name] = [*node.body, *node.args.defaults]
        elif isinstance(node, ast.ClassDef):
            defined[node.name] = [node]
        elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                for name in ast.walk(target):
                    if isinstance(name, ast.Name):
                        defined[name.id] = [node.value]
        elif isinstance(node, ast.ImportFrom) and _may_blame(node.module or ""):
            for alias in node.names:
                imported[alias.asname or alias.name] = str(node.module), alias.name
    return defined, imported


def _may_blame(module: str) -> bool:
    """Whether a module may hold a part of a check: the trial and what it works with fail nobody."""
    tools = (
        "trial",
        "resource",
        "check",
        "outcomes",
        "client",
        "shared",
        "requirements",
        "results",
    )
    return module.startswith("conformance.") and module.split(".")[1] not in tools
