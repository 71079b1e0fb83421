"""A detached Ed25519 signature of a log: who ran which kit against which specification.

Signed is a statement: what was judged and how it ended, with the digest of the whole log in
JSON lines. So a signature holds for its log and for no other, and can be read without it.
"""

import base64
import binascii
import hashlib
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import orjson
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from conformance.reports import jsonl, saying

ALGORITHM = "Ed25519"


class SignatureError(Exception):
    """A log, key or signature that cannot be used, or that do not belong together."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What a signature vouches for."""

    api: str
    version: str
    profile: str
    verdict: str
    url: str
    finished: str
    kit_version: str
    spec_version: str
    spec_checksum: str
    log_sha256: str
    #: What the run was asked for, and how its checks ended; older kits did not say.
    tried: str = ""
    counts: str = ""


def make_key(path: Path) -> Path:
    """Make a private key nobody else can read, and the public key beside it, whose path is given.

    An existing file is never overwritten: raises `SignatureError`.
    """
    public = path.with_name(path.name + ".pub")
    if path.exists() or public.exists():
        raise SignatureError(f"{path} or {public} exists already; keys are not overwritten.")
    key = Ed25519PrivateKey.generate()
    path.touch(mode=0o600)
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    public.write_bytes(_pem(key.public_key()))
    return public


def sign(log: Path, key: Path) -> Path:
    """Sign a log in JSON lines; gives the signature file, written beside it."""
    private = private_key(key)
    statement = asdict(describe(log))
    signed = {
        "statement": statement,
        "algorithm": ALGORITHM,
        "public_key": _pem(private.public_key()).decode(),
        "signature": base64.b64encode(private.sign(_canonical(statement))).decode(),
    }
    file = log.with_name(log.name + ".sig")
    file.write_bytes(orjson.dumps(signed, option=orjson.OPT_INDENT_2) + b"\n")
    return file


def verify(log: Path, signature: Path, public_key: Path) -> Statement:
    """The statement, once it is certain that this key signed it and that it tells of this log.

    The key is the reader's own copy: the one inside the signature only says whom to ask.
    Raises `SignatureError`.
    """
    try:
        signed: dict[str, Any] = orjson.loads(signature.read_bytes())
        statement = signed["statement"]
        _public_key(public_key).verify(
            base64.b64decode(signed["signature"], validate=True), _canonical(statement)
        )
        claimed = Statement(**statement)
    except InvalidSignature as error:
        raise SignatureError(f"{signature} was not made by the key {public_key}.") from error
    except (OSError, KeyError, TypeError, ValueError, binascii.Error) as error:
        raise SignatureError(f"{signature} is no signature: {error}") from error
    now = asdict(describe(log))
    if any(now[name] != value for name, value in statement.items()):
        raise SignatureError(f"{log} is not the log that was signed: it was changed afterwards.")
    return claimed


def describe(log: Path) -> Statement:
    """What there is to vouch for in a log."""
    try:
        report = jsonl.read(log)
        digest = hashlib.sha256(log.read_bytes()).hexdigest()
    except (OSError, jsonl.UnreadableReport) as error:
        raise SignatureError(str(error)) from error
    return Statement(
        api=report.target.api,
        version=report.target.version,
        profile=report.profile,
        verdict=saying.verdict(report),
        url=report.target.url,
        finished=report.finished,
        kit_version=report.kit_version,
        spec_version=report.target.spec_version,
        spec_checksum=report.target.spec_checksum,
        log_sha256=digest,
        tried=saying.tried(report),
        counts=saying.counts(report),
    )


def _canonical(statement: dict[str, Any]) -> bytes:
    """The bytes that are signed: the same for the same statement, however it was written."""
    return orjson.dumps(statement, option=orjson.OPT_SORT_KEYS)


def _pem(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def private_key(path: Path) -> Ed25519PrivateKey:
    """The private key in a file; raises `SignatureError`."""
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise SignatureError(f"{path} holds no private key in PEM without a password.") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise SignatureError(f"{path} holds another kind of key than {ALGORITHM}.")
    return key


def _public_key(path: Path) -> Ed25519PublicKey:
    try:
        key = load_pem_public_key(path.read_bytes())
    except (OSError, ValueError, UnsupportedAlgorithm) as error:
        raise SignatureError(f"{path} holds no public key in PEM.") from error
    if not isinstance(key, Ed25519PublicKey):
        raise SignatureError(f"{path} holds another kind of key than {ALGORITHM}.")
    return key
