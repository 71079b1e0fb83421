"""Documents cannot lie: their tables equal the code, their examples work, their links lead."""

import os
import re
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import MISSING, fields
from importlib.metadata import files, metadata
from itertools import groupby
from pathlib import Path

import click
import httpx
import pytest

from conformance.cli import conformance
from tests.examples import Example, blocks, examples
from tests.proofs.serving import PROGRAM, Served, free_port, serving
from tmf_apis.cli import main
from tmf_apis.setting_kinds import STRICT_WORDS
from tmf_apis.settings import SECRETS, Settings, allowed, file_variable
from tmf_apis.tmf630.errors import CATALOGUE
from tmf_apis.tmf630.filtering import _SUFFIXES

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "specs" / "README.md"]
)
RUN = [
    ROOT / "README.md",
    *(
        ROOT / "docs" / f"{name}.md"
        for name in ("querying", "writing", "notifications", "jobs", "sqlite")
    ),
    *(ROOT / "docs" / f"{name}.md" for name in ("sandbox", "billing", "order-to-cash", "privacy")),
]
SHOWN_AT = "http://localhost:8080"
LISTENER_AT = "9000"
CURL = {"--compressed", "--data-binary"}
NO_CURL = "no curl: apt-get install -y curl"
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def rows(document: str, heading: str) -> Iterator[list[str]]:
    """The cells of the first table below a heading."""
    text = (ROOT / document).read_text()
    _, _, below = text.partition(f"\n{heading}\n") if heading else ("", "", text)
    lines = below.splitlines()
    table = next(list(g) for is_row, g in groupby(lines, lambda x: x.startswith("|")) if is_row)
    for line in table[2:]:
        yield [cell.strip() for cell in line.strip("|").split("|")]


def test_the_error_table_is_the_catalogue() -> None:
    shown = [(code, int(status), reason) for code, status, reason, _ in rows("docs/errors.md", "")]
    assert shown == [(cause.code, cause.status, cause.reason) for cause in CATALOGUE]
    assert len({code for code, _, _ in shown}) == len(shown)


def test_every_setting_is_documented_with_its_flag_default_and_range() -> None:
    flags = {option.name: option.opts[0] for option in _options(main.commands["serve"])}
    shown = {
        variable.strip("`"): (flag.strip("`"), default.strip("`"), may_be.replace("`", ""))
        for variable, flag, default, may_be, _ in rows("README.md", "## Settings")
    }
    assert list(shown) == [f"TMF_{field.name.upper()}" for field in fields(Settings)]
    for field in fields(Settings):
        flag, default, may_be = shown[f"TMF_{field.name.upper()}"]
        assert flag == flags[field.name]
        assert may_be == allowed(field.name)
        assert field.default is not MISSING
        if isinstance(field.default, str | int) and field.default != "":
            assert default == str(int(field.default) if field.type is bool else field.default)


def test_strict_words_are_documented() -> None:
    [text] = [row[4] for row in rows("README.md", "## Settings") if row[0] == "`TMF_STRICT`"]
    assert all(f"`{word}`" in text for word in STRICT_WORDS)


def test_every_flag_is_documented_and_every_documented_flag_exists() -> None:
    text = (ROOT / "README.md").read_text()
    known = {flag for command in main.commands.values() for flag in _flags(command)}
    groups = [group for group in main.commands.values() if isinstance(group, click.Group)]
    inside = {flag for g in groups for command in g.commands.values() for flag in _flags(command)}
    kit = {flag for command in conformance.commands.values() for flag in _flags(command)}
    documents = [file.read_text() for file in DOCUMENTS]
    mentioned = {
        flag
        for document in documents
        for flag in re.findall(r"(?<![\w-])--[a-z][a-z0-9-]+", document)
    }
    assert mentioned <= known | inside | kit | CURL
    assert known - set(re.findall(r"--[a-z-]+", text)) <= {"--compare"}  # specs/README.md has it
    assert "--compare" in mentioned


def _options(command: click.Command) -> list[click.Option]:
    return [p for p in command.params if isinstance(p, click.Option)]


def _flags(command: click.Command) -> set[str]:
    return {flag for o in _options(command) for flag in o.opts if flag.startswith("--")}


def test_every_file_of_a_secret_is_documented() -> None:
    text = (ROOT / "README.md").read_text()
    assert all(f"`{file_variable(name)}`" in text for name in SECRETS)


def test_no_setting_is_invented() -> None:
    known = {f"TMF_{field.name.upper()}" for field in fields(Settings)}
    known |= {file_variable(name) for name in SECRETS}
    known |= {"TMF_REQUIRE_ALL", "TMF_REFERENCE", "TMF_TEST_MATRIX"}  # of the tests
    known |= {"TMF_TEST_MONGODB_URI", "TMF_TEST_MONGODB_USERS", "TMF_TEST_NEIGHBOURS"}
    known |= {"TMF_KIT_CLIENT_ID", "TMF_KIT_CLIENT_SECRET"}  # of the kit
    mentioned = {
        name for file in DOCUMENTS for name in re.findall(r"\bTMF_[A-Z_]+\b", file.read_text())
    }
    assert mentioned <= known


#: What licences say that a package has, and does not name.
BY_TEXT = {"zlib": "This software is provided 'as-is', without any express or implied warranty."}


def _licence_text(name: str) -> str:
    found = [file for file in files(name) or () if file.name.startswith("LICENSE")]
    return " ".join(" ".join(file.read_text() for file in found).split())


def test_every_dependency_is_explained_with_its_licence() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    for heading, requirements in (
        ("## At run time", project["dependencies"]),
        ("## For development", project["optional-dependencies"]["dev"]),
    ):
        wanted = [re.split(r"[\[=<>]", requirement)[0] for requirement in requirements]
        shown = list(rows("docs/dependencies.md", heading))
        assert [row[0] for row in shown] == sorted(wanted, key=str.lower)
        for name, purpose, licence, *_ in shown:
            about = metadata(name)
            stated = [about.get("License-Expression") or about.get("License") or ""]
            stated += about.get_all("Classifier") or []
            if licence in BY_TEXT and BY_TEXT[licence] in _licence_text(name):
                stated.append(licence)
            assert purpose
            assert any(licence in text for text in stated), f"{name}: {licence}, not {stated}"


def test_every_operator_is_documented() -> None:
    shown = {
        suffix.strip("`.")
        for row in rows("docs/querying.md", "## Operators")
        for suffix in row[0].split()
    }
    assert shown == set(_SUFFIXES)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda file: file.name)
def test_links_lead_somewhere(document: Path) -> None:
    for link in _LINK.findall(document.read_text()):
        if re.match(r"https?:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (document.parent / path).resolve() if path else document
        assert target.exists(), link
        assert target.is_relative_to(ROOT), link
        if anchor:
            assert anchor in {
                re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")
                for heading in _HEADING.findall(target.read_text())
            }, link


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda file: file.name)
def test_no_path_of_one_machine(document: Path) -> None:
    text = document.read_text()
    assert not re.findall(r"(?<![\w.])/(?:home|root|tmp|work|Users|opt|mnt|var)/", text)
    assert str(ROOT) not in text


def test_make_has_the_targets_that_documents_name() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for file in DOCUMENTS:
        assert set(re.findall(r"(?:^|`)make ([a-z-]+)", file.read_text(), re.MULTILINE)) <= targets


def test_pictures_are_small() -> None:
    pictures = list((ROOT / "docs" / "images").iterdir())
    assert pictures
    assert max(picture.stat().st_size for picture in pictures) < 300_000


def test_every_request_is_an_example_that_runs() -> None:
    for document in DOCUMENTS:
        for language, text, line in blocks(document):
            if "curl " in text and document in RUN:
                assert language == "console", f"{document.name}:{line}"
            assert "curl " not in text or document in RUN


#: The document that counts the sample data, of which orders of others make more.
COUNTING = "querying.md"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with as_made_by_run(tmp_path_factory.mktemp("store")) as found:
        yield found


@contextmanager
def as_made_by_run(folder: Path) -> Iterator[Served]:
    """A server as `make run` starts it, but faster, in a folder that is empty."""
    if shutil.which("curl") is None:
        if os.environ.get("TMF_REQUIRE_ALL") == "1":
            pytest.fail(NO_CURL)
        pytest.skip(NO_CURL)
    flags = ("--development", "--flow", "--sandbox", "--sandbox-delay", "0.5")
    (folder / "exchange").mkdir()
    (folder / "data").mkdir()
    with serving(folder / "data", *flags, "--jobs-folder", str(folder / "exchange")) as served:
        yield served


@pytest.mark.parametrize("path", ["/health", "/ready", "/lifecycles", "/faces"])
def test_the_paths_for_operators_are_named_and_there(path: str, served: Served) -> None:
    assert re.search(f"`{path}[`?]", (ROOT / "README.md").read_text())
    assert httpx.get(served.origin + path, trust_env=False).status_code == 200


def test_no_example_waits_for_ever() -> None:
    for document in DOCUMENTS:
        for language, text, line in blocks(document):
            if language in ("console", "sh"):
                endless = re.search(r"(?:^|[;\s])(?:until|while) ", text)
                assert endless is None, f"{document.name}:{line}"


@pytest.mark.parametrize("document", RUN, ids=lambda file: file.name)
def test_the_examples_print_what_the_document_shows(
    document: Path, served: Served, tmp_path: Path
) -> None:
    if document.name != COUNTING:
        _run_examples(document, served)
        return
    with as_made_by_run(tmp_path) as alone:
        _run_examples(document, alone)


def _run_examples(document: Path, served: Served) -> None:
    """All commands of a document in one shell, for a later one may use what an earlier one set."""
    found = list(examples(document))
    origin, listener = served.origin, str(free_port())
    assert found
    separator = "---- next example ----"
    script = f"\necho; echo '{separator}'\n".join(example.command for example in found)
    foreign = [n for n in os.environ if n.startswith("TMF_") or n.lower().endswith("_proxy")]
    environment = {n: v for n, v in os.environ.items() if n not in foreign}
    environment["PATH"] = f"{PROGRAM.parent}:{environment['PATH']}"
    done = subprocess.run(
        ["bash", "-c", script.replace(SHOWN_AT, origin).replace(LISTENER_AT, listener)],
        cwd=served.store.parents[1],
        capture_output=True,
        text=True,
        timeout=120,
        env=environment,
        check=False,
    )
    assert done.stderr == ""
    outputs = (
        done.stdout.replace(origin, SHOWN_AT)
        .replace(listener, LISTENER_AT)
        .replace("\r", "")
        .split(f"\n{separator}\n")
    )
    assert len(outputs) == len(found)
    wrong = [
        f"{example.source}: {example.command}\n{fault}\nprints {output.strip()[:600]}"
        for example, output in zip(found, outputs, strict=True)
        if (fault := _fault(example, output))
    ]
    assert wrong == [], "\n\n".join(wrong)


def _fault(example: Example, output: str) -> str:
    """What is wrong with an output: a line is missing, or there is an error none speaks of."""
    fragment = example.missing(output)
    if fragment is not None:
        return f"lacks {fragment!r}"
    refused = '"@type":"Error"' in output
    expected = any('"code"' in line for line in example.expected)
    return "is an error" if refused and not expected else ""


def test_every_test_that_security_names_is_there() -> None:
    named = set(re.findall(r"`(test_\w+)`", (ROOT / "docs" / "security.md").read_text()))
    there = {
        name
        for file in (ROOT / "tests").rglob("*.py")
        for name in re.findall(r"def (test_\w+)\(", file.read_text())
    }
    assert len(named) > 20
    assert named - there == set()
