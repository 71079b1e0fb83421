"""Who may import whom, read off the code itself; ARCHITECTURE.md says why."""

import ast
import re
import tomllib
from collections.abc import Callable, Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("tmf_apis", "handlers", "persistence", "conformance", "authoring")
#: What puts everything together (D8).
CLI = "tmf_apis.cli"
#: What the store shares with the rules: the words of a query, and how values compare (D12).
SHARED = {
    "tmf_apis.memory",
    "tmf_apis.tmf630.query",
    "tmf_apis.tmf630.instants",
    "tmf_apis.tmf630.patterns",
    "tmf_apis.tmf630.version_order",
}
#: What the kit may know: facts, none of the behaviour it judges, and how results are printed.
FACTS = (
    "tmf_apis.spec",
    "tmf_apis.rules",
    "tmf_apis.catalog",
    "tmf_apis.given_files",
    "tmf_apis.terminal",
)
#: What the rules may know of ours: themselves, attribute trees, the shape of a rule table, and
#: what imports nothing itself.
PURE = (
    "tmf_apis.memory",
    "tmf_apis.nearness",
    "tmf_apis.tmf630",
    "tmf_apis.spec",
    "tmf_apis.rules.base",
)
#: What has no place in pure functions.
IMPURE = {
    *("asyncio", "connexion", "flask", "handlers", "io", "logging", "os", "pathlib", "persistence"),
    *("random", "socket", "sqlite3", "starlette", "subprocess", "threading", "time", "uvicorn"),
}
#: Where the tables of faces come from their files.
FILES_OF_FACES = {"tmf_apis.faces.reading"}
_VERSION_OR_NUMBER = re.compile(r"v\d+|TMF\d{3}")


@cache
def modules() -> dict[str, ast.Module]:
    """Every module of the product by name, parsed."""
    found = {}
    for package in PACKAGES:
        for file in sorted((ROOT / package).rglob("*.py")):
            *folder, stem = file.relative_to(ROOT).with_suffix("").parts
            name = ".".join(folder if stem == "__init__" else [*folder, stem])
            found[name] = _absolute(ast.parse(file.read_text(), str(file)), folder)
    return found


def _absolute(tree: ast.Module, folder: list[str]) -> ast.Module:
    """The same module with the full name in each relative import."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level:
            above = folder[: len(folder) - node.level + 1]
            node.module, node.level = ".".join(filter(None, (*above, node.module))), 0
    return tree


def imports(tree: ast.AST) -> Iterator[str]:
    """The full names a module imports; `from a import b` gives `a.b`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def ours(tree: ast.AST) -> set[str]:
    """The modules of ours that a module imports."""
    found = set()
    for name in imports(tree):
        if name.partition(".")[0] in PACKAGES:
            found.add(name if name in modules() else name.rpartition(".")[0])
    return found


def below(*prefixes: str) -> Callable[[str], bool]:
    return lambda name: any(name == p or name.startswith(f"{p}.") for p in prefixes)


def offenders(
    importer: Callable[[str], bool], allowed: Callable[[str], bool]
) -> dict[str, list[str]]:
    """What each importing module imports of ours beyond what is allowed."""
    found = {
        name: sorted(other for other in ours(tree) if not allowed(other))
        for name, tree in modules().items()
        if importer(name)
    }
    return {name: others for name, others in found.items() if others}


def test_there_is_something_to_judge() -> None:
    assert len(modules()) > 60
    assert "tmf_apis.tmf630.query" in ours(modules()["persistence.store"])


def test_specs_hold_no_code() -> None:
    assert list((ROOT / "specs").rglob("*.py")) == []


def test_tmf_apis_stands_alone_but_for_the_command_line() -> None:
    inside = below("tmf_apis")
    assert offenders(lambda name: inside(name) and not below(CLI)(name), inside) == {}


def test_nothing_imports_the_command_line() -> None:
    outside = {name: ours(tree) for name, tree in modules().items() if not below(CLI)(name)}
    assert [name for name, others in outside.items() if any(map(below(CLI), others))] == []


def test_the_rules_are_pure() -> None:
    assert offenders(below("tmf_apis.tmf630"), below(*PURE)) == {}
    impure = {
        name: found
        for name, tree in modules().items()
        if (below("tmf_apis.tmf630")(name) or below("tmf_apis.faces")(name))
        and name not in FILES_OF_FACES
        and (found := IMPURE & {other.partition(".")[0] for other in imports(tree)})
    }
    assert impure == {}


def test_handlers_know_the_rules_and_the_store() -> None:
    assert offenders(below("handlers"), below("handlers", "tmf_apis", "persistence")) == {}


def test_the_store_knows_neither_http_nor_tmf() -> None:
    inside = below("persistence")
    allowed = offenders(inside, lambda name: inside(name) or name in SHARED)
    assert allowed == {}
    web = {"connexion", "flask", "starlette", "uvicorn", "httpx"}
    assert [
        name
        for name, tree in modules().items()
        if inside(name) and web & {other.partition(".")[0] for other in imports(tree)}
    ] == []


def test_the_kit_knows_only_facts() -> None:
    assert offenders(below("conformance"), below("conformance", *FACTS)) == {}


def test_what_writes_specifications_knows_facts_and_is_known_by_nobody() -> None:
    inside = below("authoring")
    assert offenders(inside, below("authoring", "tmf_apis")) == {}
    assert offenders(lambda name: not inside(name), lambda name: not inside(name)) == {}


def test_what_writes_specifications_is_in_no_wheel() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert set(wheel["packages"]) == set(PACKAGES) - {"authoring"}


def test_no_module_imports_itself_in_a_circle() -> None:
    graph = {name: ours(tree) - {name} for name, tree in modules().items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


def test_imports_stand_at_the_top() -> None:
    hidden = [
        f"{name}:{inner.lineno}"
        for name, tree in modules().items()
        for outer in ast.walk(tree)
        if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for inner in ast.walk(outer)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    assert hidden == []


def test_no_drawer_for_everything() -> None:
    drawers = {"utils", "util", "common", "helpers", "misc", "base_utils"}
    assert [name for name in modules() if drawers & set(name.split("."))] == []


def test_every_module_says_what_lives_in_it() -> None:
    silent = [
        name
        for name, tree in modules().items()
        if ast.get_docstring(tree) is None and tree.body and not name.endswith(".__main__")
    ]
    assert silent == []


def test_no_branch_on_the_number_or_version_of_an_api() -> None:
    """What differs between APIs is in their files and in the tables of `tmf_apis/rules`."""
    inside = below("handlers", "persistence", "tmf_apis.tmf630")
    found = []
    for name, tree in modules().items():
        if not inside(name):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                if _VERSION_OR_NUMBER.fullmatch(node.value):
                    found.append(f"{name}:{node.lineno} {node.value}")
            elif isinstance(node, ast.Compare):
                sides = [node.left, *node.comparators]
                asks = any(isinstance(s, ast.Attribute) and s.attr == "major" for s in sides)
                if asks and any(isinstance(side, ast.Constant) for side in sides):
                    found.append(f"{name}:{node.lineno}")
    assert found == []
