"""The Compose files: valid, closed up, and about things that exist."""

import json
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import click
import pytest
from compose_spec import PyCompose

from tests.docker.files import DOCKER, ROOT, SETTINGS, compose
from tmf_apis.cli import main

SUITE = compose("compose.yaml", {})
KIT = compose("compose.conformance.yaml", {"KIT_USER": "1000:1000"})
FILES = pytest.mark.parametrize("file", [SUITE, KIT], ids=["suite", "conformance"])


def check(file: dict[str, Any]) -> None:
    PyCompose.from_json(json.dumps(file)).validate()


@FILES
def test_it_follows_the_compose_specification(file: dict[str, Any]) -> None:
    check(file)


def test_an_encrypted_database_is_the_same_with_another_program() -> None:
    file = compose("compose.encrypted.yaml", {})
    check(file)
    plain = {name: s for name, s in SUITE["services"].items() if name.startswith("mongo")}
    assert set(file["services"]) == set(plain)
    for name, service in file["services"].items():
        usual = plain[name]["command"]
        assert service["command"][: len(usual)] == usual
        assert "--enableEncryption" in service["command"]
        assert f"/run/secrets/{service['secrets'][0]}" in service["command"]
        assert set(service["secrets"]) == set(file["secrets"])


def test_the_check_sees_mistakes() -> None:
    with pytest.raises(ValueError, match="prots"):
        check({"services": {"server": {"image": "tmf-apis", "prots": ["8080:8080"]}}})
    with pytest.raises(ValueError, match="service_helthy"):
        check({"services": {"a": {"depends_on": {"b": {"condition": "service_helthy"}}}}})


@FILES
def test_what_it_names_is_there(file: dict[str, Any]) -> None:
    for service in file["services"].values():
        assert set(service.get("depends_on", ())) <= set(file["services"])
        assert set(service.get("networks", ())) <= set(file.get("networks", ()))
        if "build" in service:
            context = DOCKER / service["build"]["context"]
            assert context.resolve() == ROOT
            assert (context / service["build"]["dockerfile"]).is_file()
        for volume in service.get("volumes", ()):
            if isinstance(volume, str):
                source = volume.split(":")[0]
                there = (DOCKER / source).is_file() if source[0] == "." else False
                assert there or source in file["volumes"], source


@FILES
def test_every_service_is_closed_up(file: dict[str, Any]) -> None:
    for name, service in file["services"].items():
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service.get("privileged") is None
        if service["image"] == "tmf-apis":
            assert service["read_only"] is True


@FILES
def test_its_settings_are_settings(file: dict[str, Any]) -> None:
    for service in file["services"].values():
        given = service.get("environment", {})
        assert set(given) <= SETTINGS
        assert all(isinstance(value, str) for value in given.values())


def test_the_database_is_reached_by_the_server_alone() -> None:
    internal = {name for name, net in SUITE["networks"].items() if net and net.get("internal")}
    databases = [s for s in SUITE["services"].values() if s["image"].startswith("mongo:")]
    assert len(databases) == 4
    for service in databases:
        assert set(service["networks"]) <= internal
        assert "ports" not in service
    assert SUITE["services"]["server"]["ports"] == ["127.0.0.1:8080:8080"]


def test_everyone_means_the_same_replica_set() -> None:
    store = urlsplit(SUITE["services"]["server"]["environment"]["TMF_STORE"])
    script = (DOCKER / "replica-set.js").read_text()
    members = re.findall(r"'(mongo\d)'", script)
    assert store.netloc.split(",") == members
    assert members == [
        n for n, s in SUITE["services"].items() if "volumes" in s and n[-1].isdigit()
    ]
    [name] = parse_qs(store.query)["replicaSet"]
    assert f"_id: '{name}'" in script
    for member in members:
        command = SUITE["services"][member]["command"]
        assert command[command.index("--replSet") + 1] == name


def test_the_kit_is_called_as_it_wants_to_be() -> None:
    command: click.Command = main
    flags = []
    for word in KIT["services"]["kit"]["command"]:
        if word.startswith("--"):
            flags.append(word.partition("=")[0])
        else:
            assert isinstance(command, click.Group)
            command = command.commands[word]
    known = {flag for parameter in command.params for flag in parameter.opts}
    assert flags
    assert set(flags) <= known


def test_the_kit_writes_as_somebody() -> None:
    with pytest.raises(KeyError, match="KIT_USER"):
        compose("compose.conformance.yaml", {})
    assert KIT["services"]["kit"]["user"] == "1000:1000"
