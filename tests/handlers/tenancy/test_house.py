"""Tenants of one process know nothing of each other."""

import logging
import os
import random
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import httpx
import pytest

from handlers.identity.keys import make_first, signed
from handlers.server import application_of
from tests.handlers.facts import case
from tests.handlers.serving import PATIENCE
from tests.hosting import hosted
from tests.proofs.serving import PROGRAM, free_port
from tmf_apis.catalog import Catalog
from tmf_apis.settings import Settings
from tmf_apis.tenants import tenants_of

CASE = case("TMF629-v5/customer")
CATALOG = Catalog((CASE.api,))
#: Seconds until processes have started, on a machine that does other things as well.
LONGEST = 120.0
BODY = {"@type": "Customer", "name": "A customer", "engagedParty": {"@type": "PartyRef", "id": "1"}}


def settings_in(folder: Path, **given: Any) -> Settings:
    named = {"store": f"sqlite:///{folder}/{{tenant}}.db", "tenants": "acme,globex"}
    return Settings(**named | {"keys": folder / "keys", "sample_data": False} | given)


class Clients:
    """Whoever asks, at the address of the server and under any name."""

    def __init__(self, url: str, settings: Settings) -> None:
        self._client = httpx.Client(base_url=url, timeout=PATIENCE, trust_env=False)
        self._settings = settings

    def ask(self, host: str, method: str, path: str, **more: Any) -> httpx.Response:
        token, headers = more.pop("token", None), {"Host": host, **more.pop("headers", {})}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        return self._client.request(method, path, headers=headers, **more)

    def token(self, tenant: str, /, **claims: Any) -> str:
        """A token that the tenant signs."""
        keys = tenants_of(self._settings)[tenant].settings.keys
        make_first(keys)
        said = {"sub": "a", "roles": ["admin"], "tenant": tenant} | claims
        return signed(keys, "tmf-apis", 3600, **said)


@contextmanager
def house(folder: Path, **given: Any) -> Iterator[Clients]:
    settings = settings_in(folder, **given)
    for tenant in tenants_of(settings).values():
        make_first(tenant.settings.keys)
    with hosted(application_of(settings, CATALOG), log_level="warning") as url:
        yield Clients(url, settings)


@pytest.fixture(scope="module")
def asking(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clients]:
    with house(tmp_path_factory.mktemp("asking"), authentication=True) as found:
        yield found


@pytest.fixture(scope="module")
def open_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clients]:
    with house(tmp_path_factory.mktemp("open")) as found:
        yield found


@pytest.fixture(params=["asking", "open_house"])
def clients(request: pytest.FixtureRequest) -> Clients:
    found: Clients = request.getfixturevalue(request.param)
    return found


def listed(clients: Clients, tenant: str, path: str = CASE.path) -> list[dict[str, Any]]:
    answer = clients.ask(f"{tenant}.localhost", "GET", path, token=clients.token(tenant))
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()
    return found


def test_what_one_makes_is_nothing_to_the_other(clients: Clients) -> None:
    made = clients.ask("acme.localhost", "POST", CASE.path, json=BODY, token=clients.token("acme"))
    assert made.status_code == 201, made.text
    assert made.json()["href"].startswith("http://acme.localhost/")
    id = made.json()["id"]
    assert id in [each["id"] for each in listed(clients, "acme")]
    assert id not in [each["id"] for each in listed(clients, "globex")]
    token = clients.token("globex")
    there = clients.ask("globex.localhost", "GET", f"{CASE.path}/{id}", token=token)
    nowhere = clients.ask("globex.localhost", "GET", f"{CASE.path}/none", token=token)
    assert (there.status_code, there.text.replace(id, "none")) == (404, nowhere.text)


def test_a_hub_of_one_is_no_hub_of_the_other(clients: Clients) -> None:
    hub = f"{CASE.api.base_path}/hub"
    made = clients.ask(
        "acme.localhost", "POST", hub, json={"@type": "Hub", "callback": "https://a.example.com/"},
        token=clients.token("acme"),
    )  # fmt: skip
    assert made.status_code == 201, made.text
    gone = clients.ask(
        "globex.localhost", "DELETE", f"{hub}/{made.json()['id']}", token=clients.token("globex")
    )
    assert gone.status_code == 404


def test_a_token_holds_for_its_tenant_only(asking: Clients) -> None:
    token = asking.token("acme")
    assert asking.ask("acme.localhost", "GET", CASE.path, token=token).status_code == 200
    assert asking.ask("globex.localhost", "GET", CASE.path, token=token).status_code == 401


def test_a_token_picks_its_tenant_where_the_host_names_none(asking: Clients) -> None:
    made = asking.ask("127.0.0.1", "POST", CASE.path, json=BODY, token=asking.token("acme"))
    assert made.json()["id"] in [each["id"] for each in listed(asking, "acme")]


@pytest.mark.parametrize("claims", [{"tenant": "globex"}, {"tenant": ["acme"]}, {"tenant": ""}])
def test_a_token_that_claims_another_tenant_is_refused(asking: Clients, claims: Any) -> None:
    token = asking.token("acme", **claims)
    for host in ("acme.localhost", "globex.localhost", "127.0.0.1"):
        assert asking.ask(host, "GET", CASE.path, token=token).status_code == 401, host


def test_a_line_of_the_log_names_its_tenant(
    asking: Clients, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "handlers")
    for tenant in ("acme", "globex"):
        asking.ask(f"{tenant}.localhost", "GET", CASE.path, token="no.jwt.this")
    lines = [record.getMessage() for record in caplog.records if record.name[:8] == "handlers"]
    assert [line.split(" a token")[0] for line in lines] == ["[acme]", "[globex]"]
    caplog.clear()
    logging.getLogger("handlers.x").warning("of %s", "nobody")
    assert [record.getMessage() for record in caplog.records] == ["of nobody"]


def test_who_names_no_tenant_gets_probes_only(clients: Clients) -> None:
    assert clients.ask("127.0.0.1", "GET", "/health").json() == {"status": "alive"}
    assert clients.ask("127.0.0.1", "GET", "/ready").json() == {"status": "ready"}
    refused = clients.ask("127.0.0.1", "GET", CASE.path)
    expected = 401 if clients._settings.authentication else 421
    assert (refused.status_code, refused.json()["@type"]) == (expected, "Error")
    assert not any(name in refused.text for name in ("acme", "globex"))


def test_each_ends_up_as_if_it_were_alone(clients: Clients) -> None:
    chance = random.Random(16)
    alone: dict[str, dict[str, str]] = {"acme": {}, "globex": {}}
    before = {tenant: {each["id"] for each in listed(clients, tenant)} for tenant in alone}
    tokens = {tenant: clients.token(tenant) for tenant in alone}
    for turn in range(120):
        tenant = chance.choice(["acme", "globex"])
        asked, kept = (f"{tenant}.localhost", tokens[tenant]), alone[tenant]
        host, token = asked
        id, name = f"c-{chance.randrange(8)}", f"name {turn}"
        item = f"{CASE.path}/{id}"
        what = chance.choice(["make", "change", "remove"])
        if what == "make":
            body = BODY | {"id": id, "name": name}
            answer = clients.ask(host, "POST", CASE.path, json=body, token=token)
            assert answer.status_code == (409 if id in kept else 201), answer.text
            kept.setdefault(id, name)
        elif what == "change":
            answer = clients.ask(
                host, "PATCH", item, json={"name": name}, token=token,
                headers={"Content-Type": "application/merge-patch+json"},
            )  # fmt: skip
            assert answer.status_code == (200 if id in kept else 404), answer.text
            if id in kept:
                kept[id] = name
        else:
            answer = clients.ask(host, "DELETE", item, token=token)
            assert answer.status_code == (204 if id in kept else 404), answer.text
            kept.pop(id, None)
    for tenant, kept in alone.items():
        there = {
            e["id"]: e["name"] for e in listed(clients, tenant) if e["id"] not in before[tenant]
        }
        assert there == kept


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="there is no SIGHUP")
def test_tenants_come_and_go_without_a_restart(tmp_path: Path) -> None:
    file, port = tmp_path / "tenants.yaml", free_port()
    file.write_text("acme:\n")
    flags = ["--tenants", file, "--workers", "2", "--store", f"sqlite:///{tmp_path}/{{tenant}}.db"]
    process = subprocess.Popen(
        [PROGRAM, "serve", "--port", str(port), *flags], env=os.environ, stderr=subprocess.PIPE
    )
    try:
        url = f"http://127.0.0.1:{port}{CASE.path}"
        _until(url, "acme", 200)
        _until(url, "globex", 421)
        file.write_text("acme: [\n")
        process.send_signal(signal.SIGHUP)
        file.write_text("acme:\nglobex:\n")
        process.send_signal(signal.SIGHUP)
        _until(url, "globex", 200)
        # One that cannot be served keeps nobody from coming or going.
        file.write_text(f"away: {{store: 'sqlite:///{file}/away.db'}}\nglobex:\ninitech:\n")
        process.send_signal(signal.SIGHUP)
        _until(url, "acme", 421)
        _until(url, "initech", 200)
        _until(url, "away", 421)
        _until(url, "globex", 200)
    finally:
        process.terminate()
        process.communicate(timeout=PATIENCE)
    assert process.returncode == 0


def _until(url: str, tenant: str, status: int) -> None:
    """Return when every answer for a tenant has a status, whichever worker gives it."""
    until, row = monotonic() + LONGEST, 0
    while row < 8:
        try:
            answer = httpx.get(url, headers={"Host": f"{tenant}.localhost"}, trust_env=False)
            row = row + 1 if answer.status_code == status else 0
        except httpx.TransportError:
            row = 0
        assert monotonic() < until, "it does not change"
        sleep(0.02)
