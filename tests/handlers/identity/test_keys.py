"""The keys of a deployment: made once, for their owner alone, and what they sign is taken."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner

from handlers.identity.keys import Deployment, KeysError, make_first, signed
from tests.handlers.asking import refused
from tests.handlers.conftest import Start
from tests.handlers.identity.issuing import new_key
from tests.handlers.identity.test_tokens import PATH
from tmf_apis.cli import main


def test_the_first_is_for_its_owner_alone_and_made_once(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "keys"
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(make_first, [folder] * 8))
    [file] = folder.iterdir()
    assert (file.name, file.stat().st_mode & 0o777) == ("deployment.jwk", 0o600)
    assert folder.stat().st_mode & 0o777 == 0o700
    before = file.read_bytes()
    make_first(folder)
    assert file.read_bytes() == before


def test_what_others_get_has_no_private_part(tmp_path: Path) -> None:
    make_first(tmp_path)
    [key] = orjson.loads(Deployment(tmp_path).jwks)["keys"]
    assert key.keys() == {"kty", "crv", "x", "y", "kid", "use", "alg"}


def test_a_key_that_anybody_may_read_is_refused(tmp_path: Path) -> None:
    make_first(tmp_path)
    (tmp_path / "deployment.jwk").chmod(0o644)
    with pytest.raises(KeysError, match="anybody may read this key; say chmod 600"):
        Deployment(tmp_path)


@pytest.mark.parametrize(
    "text",
    [b"", b"[]", b"{}", b"nothing", orjson.dumps(new_key("x").as_dict(private=False)),
     orjson.dumps(new_key("x", "RSA").as_dict(private=True))],
)  # fmt: skip
def test_what_is_no_private_key_is_refused(text: bytes, tmp_path: Path) -> None:
    file = tmp_path / "other.jwk"
    file.write_bytes(text)
    file.chmod(0o600)
    with pytest.raises(KeysError, match=r"other\.jwk: it is no private key"):
        Deployment(tmp_path)


def test_tokens_of_the_command_are_taken_and_another_key_rotates_them_out(
    tmp_path: Path, start: Start
) -> None:
    asked = ["token", "--client", "partner-a", "--role", "admin", "--keys", str(tmp_path)]
    said = CliRunner().invoke(main, [*asked, "--hours", "0.1"])
    assert said.exit_code == 0, said.output
    server = start(authentication=True, keys=tmp_path)
    held = {"Authorization": f"Bearer {said.stdout.strip()}"}
    assert server.client.get(PATH, headers=held).status_code == 200
    [public] = server.client.get("/.well-known/jwks.json").json()["keys"]
    assert asyncio.run(Deployment(tmp_path).key(public["kid"])) is not None
    elsewhere = tmp_path / "elsewhere"
    make_first(elsewhere)
    foreign = signed(elsewhere, "tmf-apis", 600, sub="x", roles=["admin"])
    answer = server.client.get(PATH, headers={"Authorization": f"Bearer {foreign}"})
    refused(answer, 401, "40")


def test_a_folder_where_nothing_can_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    asked = ["token", "--client", "a", "--role", "admin", "--keys", str(tmp_path / "file" / "x")]
    said = CliRunner().invoke(main, asked)
    assert (said.exit_code, "no key can be made there" in said.output) == (2, True)
