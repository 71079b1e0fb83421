"""A signature holds for one log and one key, and for nothing else."""

from base64 import b64encode
from dataclasses import replace
from pathlib import Path

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from conformance.reports import jsonl
from conformance.reports.signature import SignatureError, describe, make_key, sign, verify
from tests.conformance.reports.samples import CLEAN, PARTIAL, REPORT


@pytest.fixture
def log(tmp_path: Path) -> Path:
    file = tmp_path / "log.jsonl"
    jsonl.write(REPORT, file)
    return file


@pytest.fixture
def key(tmp_path: Path) -> Path:
    make_key(tmp_path / "key.pem")
    return tmp_path / "key.pem"


def test_what_was_signed_is_vouched_for(log: Path, key: Path) -> None:
    statement = verify(log, sign(log, key), key.with_name("key.pem.pub"))
    assert statement.spec_checksum == REPORT.target.spec_checksum
    assert statement.kit_version == REPORT.kit_version
    assert statement.verdict == "not conformant"


def test_a_narrowed_run_is_signed_as_such(log: Path) -> None:
    jsonl.write(replace(CLEAN, only=("R-605",)), log)
    statement = describe(log)
    assert statement.verdict == "conformant in what was tried (partial run: only R-605)"
    assert (statement.tried, statement.counts) == ("only R-605", "0 skipped, 1 passed")
    jsonl.write(PARTIAL, log)
    assert describe(log).tried == "resources category; only R-401, R-607"


def test_signatures_of_older_kits_still_hold(log: Path, key: Path) -> None:
    signature = sign(log, key)
    signed = orjson.loads(signature.read_bytes())
    older = {n: v for n, v in signed["statement"].items() if n not in ("tried", "counts")}
    private = load_pem_private_key(key.read_bytes(), None)
    assert isinstance(private, Ed25519PrivateKey)
    made = private.sign(orjson.dumps(older, option=orjson.OPT_SORT_KEYS))
    signature.write_bytes(
        orjson.dumps(signed | {"statement": older, "signature": b64encode(made).decode()})
    )
    assert verify(log, signature, key.with_name("key.pem.pub")).tried == ""


def test_only_the_owner_can_read_the_private_key(key: Path) -> None:
    assert key.stat().st_mode & 0o777 == 0o600


def test_keys_are_never_overwritten(key: Path) -> None:
    before = key.read_bytes()
    with pytest.raises(SignatureError, match="exists already"):
        make_key(key)
    assert key.read_bytes() == before


@pytest.mark.parametrize("old", [b'"passed"', b'"0.25', b"\n"])
def test_a_changed_log_is_noticed(log: Path, key: Path, old: bytes) -> None:
    signature = sign(log, key)
    changes = {b'"passed"': b'"skipped"', b'"0.25': b'"0.26', b"\n": b" \n"}
    log.write_bytes(log.read_bytes().replace(old, changes[old]) + b"\n")
    with pytest.raises(SignatureError):
        verify(log, signature, key.with_name("key.pem.pub"))


def test_a_changed_statement_is_noticed(log: Path, key: Path) -> None:
    signature = sign(log, key)
    signed = orjson.loads(signature.read_bytes())
    signed["statement"]["verdict"] = "conformant"
    signature.write_bytes(orjson.dumps(signed))
    with pytest.raises(SignatureError, match="was not made by the key"):
        verify(log, signature, key.with_name("key.pem.pub"))


def test_another_key_does_not_fit(log: Path, key: Path, tmp_path: Path) -> None:
    other = make_key(tmp_path / "other.pem")
    with pytest.raises(SignatureError, match="was not made by the key"):
        verify(log, sign(log, key), other)


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b'{"statement":{},"signature":"?"}'])
def test_what_is_no_signature_is_refused(log: Path, key: Path, content: bytes) -> None:
    signature = sign(log, key)
    signature.write_bytes(content)
    with pytest.raises(SignatureError):
        verify(log, signature, key.with_name("key.pem.pub"))


def test_other_kinds_of_keys_are_refused(log: Path, tmp_path: Path) -> None:
    other = tmp_path / "x.pem"
    private = X25519PrivateKey.generate()
    other.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    with pytest.raises(SignatureError, match="another kind of key"):
        sign(log, other)
    with pytest.raises(SignatureError, match="no private key"):
        sign(log, tmp_path / "missing.pem")
