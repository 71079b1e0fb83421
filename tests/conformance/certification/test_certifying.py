"""A forecast of what TM Forum's own kit would say: of our server, of others, and of flawed ones."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from handlers.app import create_app
from persistence.opening import open_store
from tests.conformance.flawed_servers import FLAWS
from tests.conformance.flawed_servers.exchange import (
    Answered,
    Asked,
    Behaviour,
    Flawed,
    Server,
)
from tests.conformance.permissive.app import permissive
from tests.hosting import hosted
from tmf_apis.catalog import Catalog, built_in
from tmf_apis.cli import main
from tmf_apis.settings import Settings
from tmf_apis.spec.model import ApiSpec

CUSTOMERS = ("--api", "TMF629", "--version", "v5")


def api_of(number: str, major: str) -> ApiSpec:
    return next(a for a in built_in() if (a.number, a.major) == (number, major))


@contextmanager
def served(
    folder: Path, *behaviours: Behaviour, number: str = "TMF629", major: str = "v5"
) -> Iterator[str]:
    """The origin of our own server with one API and some behaviours around it."""
    store = f"sqlite:///{folder}/tmf.db"
    settings = Settings(store=store, sample_data=False, development=True)
    app = create_app(settings, Catalog((api_of(number, major),)), open_store(store))
    flawed = Flawed(app, *behaviours)
    with hosted(flawed) as url:
        yield url
    assert flawed.mistakes == []


def certified(*words: str | int | Path) -> Result:
    return CliRunner().invoke(main, ["conformance", "certify", *map(str, words)])


@pytest.mark.parametrize(
    ("number", "version", "shown"),
    [
        ("TMF629", "v5", ("engagedParty", 5)),
        ("TMF638", "v4", ("serviceSpecification", 3)),
        ("TMF642", "v5", ("probableCause", 4)),
    ],
)
def test_our_own_server_would_pass(
    tmp_path: Path, number: str, version: str, shown: tuple[str, int]
) -> None:
    page, log = tmp_path / "statement.html", tmp_path / "statement.json"
    about = ("--company", "Maker", "--product", "Kit & Co", "--environment", "a laptop")
    with served(tmp_path, number=number, major=version) as url:
        done = certified(
            "--api", number, "--version", version, "--url", url, *about,
            "--html", page, "--json", log,
        )  # fmt: skip
    assert done.exit_code == 0, done.output
    assert f"TM Forum's own kit would pass {number} {version}" in done.output
    name, times = shown
    row = next(line for line in done.output.splitlines() if line.startswith(name))
    assert row.split()[1:] == ["yes"] * times
    said = json.loads(log.read_text())
    assert said["forecast"] == "would pass"
    assert said["product"]["name"] == "Kit & Co"
    assert {cell["outcome"] for cell in said["cells"]} <= {"passed", "not applicable"}
    assert "Kit &amp; Co" in page.read_text()
    assert "a laptop" in page.read_text()


async def _gone_is_410(asked: Asked, server: Server) -> Answered:
    """Answers 410 to whatever is not there."""
    answered = await server(asked)
    return answered.with_status(410) if answered.status == 404 and asked.on_item else answered


async def _hub_is_missing(asked: Asked, server: Server) -> Answered:
    """Has no hub."""
    return Answered(404) if asked.on_hub else await server(asked)


async def _name_is_hidden(asked: Asked, server: Server) -> Answered:
    """Lists customers without their names."""
    answered = await server(asked)
    listed = asked.lists and "name" not in asked.parameters
    return answered.each(lambda e: {k: e[k] for k in e if k != "name"}) if listed else answered


@pytest.mark.parametrize(
    ("behaviour", "failure"),
    [
        (_gone_is_410, "customer unknown id: expected 404, got 410"),
        (_hub_is_missing, "hub register: expected 201 for a callback, got 404"),
        (_name_is_hidden, "customer list name: expected name of each record"),
        (FLAWS["created_is_ok"].behaviour, "customer create: expected 201, got 200"),
    ],
)
def test_a_flawed_server_would_not_pass(tmp_path: Path, behaviour: Behaviour, failure: str) -> None:
    with served(tmp_path, behaviour) as url:
        done = certified(*CUSTOMERS, "--url", url, "--patience", 1)
    assert done.exit_code == 1, done.output
    assert failure in done.output


def test_a_correct_server_of_another_make_fails_for_what_it_does_not_tell_alone() -> None:
    with hosted(permissive([api_of("TMF629", "v5").source])) as url:
        done = certified(*CUSTOMERS, "--url", url, "--patience", 0.3)
    failed = [line for line in done.output.splitlines() if line.startswith("failed: ")]
    assert [line.split()[3] for line in failed] == ["event:"] * 4


def test_the_configuration_of_that_kit_is_enough(tmp_path: Path) -> None:
    config, log = tmp_path / "config.json", tmp_path / "statement.json"
    party = {"id": "p-1", "@type": "PartyRef", "name": "Jo"}
    payload = {"@type": "Customer", "name": "From the config", "engagedParty": party}
    with served(tmp_path) as url:
        content = {
            "productName": "Shop",
            "url": f"{url}/tmf-api/customerManagement/v5/",
            "headers": {"X-Team": "kit"},
            "payloads": {"Customer": {"POST": payload}},
        }
        config.write_text(json.dumps(content))
        done = certified(*CUSTOMERS, "--config", config, "--json", log)
        assert done.exit_code == 0, done.output
    assert json.loads(log.read_text())["product"]["name"] == "Shop"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--url", "http://127.0.0.1:9", *CUSTOMERS), "does not answer"),
        (CUSTOMERS, "--config"),
        (("--config", __file__, *CUSTOMERS), "test_certifying.py"),
    ],
)
def test_what_cannot_be_told_ends_with_2(words: tuple[str, ...], said: str) -> None:
    done = certified(*words)
    assert done.exit_code == 2
    assert said in done.output
