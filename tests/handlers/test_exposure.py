"""A server that asks nobody is for this machine alone, unless its operator says otherwise."""

import os
import socket
from pathlib import Path

import pytest
from click.testing import CliRunner

from handlers import server
from handlers.exposure import Exposed, is_exposed, refuse_exposed
from tmf_apis.cli import main
from tmf_apis.cli.serve import INSECURE
from tmf_apis.settings import Settings


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost"])
def test_this_machine_is_served_unasked(host: str) -> None:
    refuse_exposed(Settings(host=host))


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1"])
def test_others_are_not(host: str) -> None:
    with pytest.raises(Exposed, match=r"Set TMF_AUTHENTICATION=1, or .* --insecure"):
        refuse_exposed(Settings(host=host))
    refuse_exposed(Settings(host=host, authentication=True))
    refuse_exposed(Settings(host=host, insecure=True))
    assert is_exposed(Settings(host=host, insecure=True))


def test_a_name_with_one_address_elsewhere_is_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(0, 0, 0, "", ("127.0.0.1", 0)), (0, 0, 0, "", ("192.0.2.1", 0))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    assert is_exposed(Settings(host="both.example"))


def test_the_command_refuses_to_start_and_says_what_to_do() -> None:
    said = CliRunner().invoke(main, ["serve", "--host", "0.0.0.0", "--port", "0"])
    assert said.exit_code == 2
    assert "say --insecure" in said.output


@pytest.mark.parametrize(("host", "warned"), [("0.0.0.0", True), ("127.0.0.1", False)])
def test_who_insists_is_reminded_at_every_start(
    host: str, warned: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "run", lambda *_: None)
    monkeypatch.setattr(os, "environ", dict(os.environ))
    store = f"sqlite:///{tmp_path}/tmf.db"
    asked = ["serve", "--host", host, "--port", "0", "--insecure", "--store", store]
    said = CliRunner().invoke(main, [*asked, "--no-sample-data"])
    assert said.exit_code == 0, said.output
    assert (INSECURE in said.output) is warned
