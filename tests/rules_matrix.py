"""Which test proves which rule: read from the sources of the tests and `specs/tmf630.yaml`.

`python -m tests.rules_matrix` prints the matrix and exits with 1 when a rule that is due has
neither a test nor a reason.
"""

import ast
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

TESTS = Path(__file__).parent
BOOK = TESTS.parent / "specs" / "tmf630.yaml"
LEVELS = ("MUST", "SHOULD", "MAY", "CHOICE")


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the book."""

    id: str
    versions: tuple[str, ...]
    level: str
    text: str
    source: str
    untested: str = ""

    @property
    def due(self) -> bool:
        """Whether a test or a reason is asked for: the rules of R-1xx to R-8xx and R-11xx on."""
        kind, _, rest = self.id.partition("-")
        number, _, item = rest.partition("-")
        return kind == "R" and not item and int(number) // 100 not in (9, 10)


def rules() -> dict[str, Rule]:
    """The rules of the book, in its order."""
    book: list[dict[str, Any]] = yaml.safe_load(BOOK.read_text(encoding="utf-8"))["rules"]
    found = [Rule(**{**entry, "versions": tuple(entry["versions"])}) for entry in book]
    by_id = {rule.id: rule for rule in found}
    if len(by_id) != len(found):
        raise ValueError("a rule id stands twice in the book")
    return by_id


def marked() -> dict[str, list[str]]:
    """The tests that name each rule, as `file::Class::test`, from every test file."""
    found: dict[str, list[str]] = {}
    for file in sorted(TESTS.rglob("test_*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"), str(file))
        for name, id in _markers(tree, file.relative_to(TESTS.parent).as_posix()):
            found.setdefault(id, []).append(name)
    return {id: list(dict.fromkeys(names)) for id, names in found.items()}


def _markers(node: ast.AST, name: str) -> Iterator[tuple[str, str]]:
    """The rule ids that the tests below a node carry, each with the name of its test."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            below = f"{name}::{child.name}"
            for decorator in child.decorator_list:
                yield from ((below, id) for id in _ids(decorator))
            if isinstance(child, ast.ClassDef):
                yield from _markers(child, below)
        elif isinstance(child, ast.Assign | ast.AnnAssign):
            yield from ((name, id) for id in _ids(child))


def _ids(node: ast.AST) -> Iterator[str]:
    """The arguments of every `...mark.rule(...)` inside a node."""
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and ast.unparse(call.func).endswith("mark.rule"):
            for argument in call.args:
                if not (isinstance(argument, ast.Constant) and isinstance(argument.value, str)):
                    raise ValueError(f"line {call.lineno}: a rule marker takes plain ids")
                yield argument.value


def missing(book: Mapping[str, Rule], tests: Mapping[str, list[str]]) -> list[Rule]:
    """The rules that are due and have neither a test nor a reason."""
    return [
        rule for rule in book.values() if rule.due and rule.id not in tests and not rule.untested
    ]


def main() -> int:
    """Print the matrix; the exit status."""
    book, tests = rules(), marked()
    for rule in book.values():
        print(f"{rule.id:9} {rule.level:6} {'+'.join(rule.versions):5}  {_state(rule, tests)}")
        for name in tests.get(rule.id, ()):
            print(f"{'':24}{name}")
    absent = missing(book, tests)
    proved = sum(rule.id in tests for rule in book.values())
    excused = sum(rule.id not in tests and bool(rule.untested) for rule in book.values())
    print(f"\n{len(book)} rules: {proved} tested, {excused} with a reason, {len(absent)} missing")
    if absent:
        print("missing: " + ", ".join(rule.id for rule in absent))
    return 1 if absent else 0


def _state(rule: Rule, tests: Mapping[str, list[str]]) -> str:
    if rule.id in tests:
        count = len(tests[rule.id])
        return f"{count} test{'s' if count > 1 else ''}"
    return rule.untested or ("MISSING" if rule.due else "-")


if __name__ == "__main__":
    sys.exit(main())
