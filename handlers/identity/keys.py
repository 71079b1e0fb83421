"""The keys of this deployment: they sign the tokens of `tmf-apis token`, for those who have no
provider of their own.

Each is a file `*.jwk` of a folder; the one made at first use signs, all verify. To rotate, put
another beside it or remove it, and start again.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from secrets import token_hex
from stat import S_IRWXO
from time import time
from typing import Any
from uuid import uuid4

import orjson
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from tmf_apis.given_files import GivenFileError, read_file

#: Whom the tokens of a deployment are by.
ISSUER = "urn:tmf-apis:deployment"
#: The type of an access token (RFC 9068, section 2.1).
TYPE = "at+jwt"
ALGORITHM = "ES256"
_FIRST, _CURVE = "deployment.jwk", "P-256"


class KeysError(ValueError):
    """Keys that cannot be used; the text says why, in one line."""


class Deployment:
    """The keys in a folder. Raises `KeysError` for one that is none, or that anybody may read."""

    def __init__(self, folder: Path) -> None:
        self._keys = {str(key.kid): key for key in keys_in(folder)}

    def __bool__(self) -> bool:
        return bool(self._keys)

    async def key(self, kid: str | None) -> ECKey | None:
        """The key of an id."""
        return self._keys.get(kid or "")

    @property
    def jwks(self) -> bytes:
        """The public parts (RFC 7517, section 5)."""
        told = {"use": "sig", "alg": ALGORITHM}
        return orjson.dumps(
            {"keys": [key.as_dict(private=False) | told for key in self._keys.values()]}
        )


def make_first(folder: Path) -> None:
    """Put a key into a folder that has none, for its owner alone. Raises `KeysError`."""
    if any(folder.glob("*.jwk")):
        return
    key = ECKey.generate_key(_CURVE, private=True)
    draft = folder / f".{token_hex(8)}"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(orjson.dumps(key.as_dict(private=True)))
        # Of several who make the first at once, one wins, and nobody reads half a key.
        with suppress(FileExistsError):
            os.link(draft, folder / _FIRST)
        draft.unlink()
    except OSError as error:
        raise KeysError(f"{folder}: no key can be made there: {error.strerror}") from error


def signed(folder: Path, audience: str, seconds: float, **claims: Any) -> str:
    """A token of the deployment that holds for so long (RFC 9068, section 2.2).

    Raises `KeysError`.
    """
    key = next(keys_in(folder), None)
    if key is None:
        raise KeysError(f"{folder}: there is no key")
    now = int(time())
    head = {"alg": ALGORITHM, "typ": TYPE, "kid": key.kid}
    said = {"iss": ISSUER, "aud": audience, "iat": now, "exp": now + int(seconds)}
    return jwt.encode(head, {**said, "jti": str(uuid4()), **claims}, key)


def keys_in(folder: Path) -> Iterator[ECKey]:
    """The keys of a folder, that which signs first. Raises `KeysError`."""
    return map(_read, _files(folder))


def public_keys(file: Path) -> list[ECKey]:
    """The keys of a set (RFC 7517, section 5), such as `/.well-known/jwks.json` shows it. Raises
    `KeysError`.
    """
    try:
        found = [ECKey.import_key(each) for each in read_file(file)["keys"]]
    except (JoseError, GivenFileError, KeyError, ValueError, TypeError) as error:
        raise KeysError(f"{file}: it is no set of public keys") from error
    for key in found:
        key.ensure_kid()
    return found


def _files(folder: Path) -> Iterator[Path]:
    """The keys of a folder, the one made at first use before others."""
    first = folder / _FIRST
    if first.exists():
        yield first
    yield from (file for file in sorted(folder.glob("*.jwk")) if file != first)


def _read(file: Path) -> ECKey:
    try:
        if file.stat().st_mode & S_IRWXO:
            raise KeysError(f"{file}: anybody may read this key; say chmod 600")
        key = ECKey.import_key(read_file(file))
        if not key.is_private or key.curve_name != _CURVE:
            raise ValueError(file)
    except (JoseError, GivenFileError, OSError, ValueError, TypeError) as error:
        if isinstance(error, KeysError):
            raise
        raise KeysError(f"{file}: it is no private key of the curve {_CURVE}") from error
    key.ensure_kid()
    return key
