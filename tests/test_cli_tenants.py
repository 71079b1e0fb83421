"""Every command on a store is about one tenant, where there are some."""

from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from tmf_apis.cli import main


def commands(group: click.Group, words: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The words of every command that names a store."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, (*words, name))
        elif any(parameter.name == "store" for parameter in command.params):
            yield (*words, name)


@pytest.mark.parametrize("words", list(commands(main)), ids=" ".join)
def test_a_command_on_a_store_takes_a_tenant(words: tuple[str, ...]) -> None:
    said = CliRunner().invoke(main, [*words, "--help"]).output
    assert "--tenant " in said
    assert "--tenants " in said


@pytest.mark.parametrize(
    "words", [("flow", "list"), ("tasks", "list"), ("events", "list"), ("audit", "list")]
)
def test_one_of_several_tenants_has_to_be_named(words: tuple[str, ...], tmp_path: Path) -> None:
    where = ["--store", f"sqlite:///{tmp_path}/{{tenant}}.db", "--tenants", "acme,globex"]
    said = CliRunner().invoke(main, [*words, *where])
    assert said.exit_code == 2
    assert "TMF_TENANT: say which of the tenants is meant" in said.output
    named = CliRunner().invoke(main, [*words, *where, "--tenant", "acme"])
    assert f"{tmp_path}/acme.db is no store yet" in named.output
    assert not list(tmp_path.iterdir())
