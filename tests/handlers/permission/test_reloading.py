"""A policy that is changed is in force at the next SIGHUP; one that cannot be used never is."""

import os
import signal
import subprocess
from pathlib import Path
from time import monotonic, sleep

import httpx
import pytest
from click.testing import CliRunner

from handlers.permission.permissions import Permissions
from handlers.services import services
from persistence.opening import open_store
from tests.handlers.facts import APIS, case
from tests.handlers.permission.callers import token
from tests.proofs.serving import PROGRAM, free_port
from tmf_apis.cli import main
from tmf_apis.policy.lined import PolicyError
from tmf_apis.settings import Settings

PATH = case("TMF622-v4/productOrder").path
ALLOWED = "roles:\n  r:\n    - {apis: TMF622, allow: [list]}\n"
REFUSED = "roles:\n  r:\n    - {apis: TMF622, allow: [retrieve]}\n"
PATIENCE = 60


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="there is no SIGHUP")
@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_server_reads_it_anew_when_told_to(workers: str, keys: Path, tmp_path: Path) -> None:
    policy = tmp_path / "policy.yaml"
    policy.write_text(ALLOWED)
    port = free_port()
    flags = ["--authentication", "--keys", keys, "--policy", policy, "--workers", workers]
    process = subprocess.Popen(
        [PROGRAM, "serve", "--port", str(port), "--no-sample-data", *flags],
        env=os.environ | {"TMF_STORE": f"sqlite:///{tmp_path}/tmf.db"},
        stderr=subprocess.PIPE,
    )
    try:
        headers = {"Authorization": f"Bearer {token(keys, 'r')}"}
        with httpx.Client(
            base_url=f"http://127.0.0.1:{port}", headers=headers, trust_env=False
        ) as client:
            _until(client, 200)
            policy.write_text("roles: {r: [{allow: nothing}]}")
            process.send_signal(signal.SIGHUP)
            sleep(0.5)
            _until(client, 200)
            policy.write_text(REFUSED)
            process.send_signal(signal.SIGHUP)
            _until(client, 403)
    finally:
        process.terminate()
        _, said = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    assert b"the policy stays as it was: " in said
    assert b"line 1: allow: there is no nothing here" in said


def _until(client: httpx.Client, status: int) -> None:
    """Return when every answer has a status, whichever worker gives it."""
    until, row = monotonic() + PATIENCE, 0
    while row < 10:
        try:
            row = row + 1 if client.get(PATH).status_code == status else 0
            client.get("/health", headers={"Connection": "close"})
        except httpx.TransportError:
            row = 0
        assert monotonic() < until, "it does not change"
        sleep(0.02)


def test_no_server_starts_with_one_that_cannot_be_used(tmp_path: Path) -> None:
    policy = tmp_path / "policy.yaml"
    policy.write_text("roles:\n  r: [{allow: nothing}]")
    asked = ["serve", "--port", "0", "--authentication", "--policy", str(policy)]
    keep = ["--keys", str(tmp_path / "keys"), "--store", f"sqlite:///{tmp_path}/tmf.db"]
    said = CliRunner().invoke(main, [*asked, *keep])
    assert said.exit_code == 2
    assert f"{policy}: line 2: allow: there is no nothing here" in said.output
    assert not (tmp_path / "tmf.db").exists()


@pytest.mark.parametrize(
    ("kept", "acts"), [("hidden", "[list, retrieve]"), ("fixed", "[create, patch]")]
)
def test_what_one_version_keeps_the_other_may_not_give(
    kept: str, acts: str, tmp_path: Path
) -> None:
    policy = tmp_path / "policy.yaml"
    policy.write_text(
        f"""\
roles:
  r:
    - {{apis: TMF622, versions: v5, resources: productOrder, allow: {acts}, {kept}: [note]}}
    - {{apis: TMF622, versions: v4, resources: productOrder, allow: {acts}}}
"""
    )
    store = open_store(f"sqlite:///{tmp_path}/tmf.db")
    served = services(tuple(APIS), store, Settings())
    said = f"role r: note of productOrder is {kept} in v5 and not in v4"
    with pytest.raises(PolicyError, match=said):
        Permissions(policy, APIS, served)
    apart = services(tuple(APIS), store, Settings(faces="apart"))
    Permissions(policy, APIS, apart)
