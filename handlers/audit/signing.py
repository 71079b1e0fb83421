"""Signatures of the deployment over what an audit states (RFC 7515).

Their keys are apart from those that sign tokens: who has a provider of tokens trusts no others, and
needs seals all the same.
"""

from pathlib import Path

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from handlers.identity.keys import ALGORITHM, KeysError, keys_in, public_keys
from tmf_apis.audit.seals import Statement

#: The type of such a signature: no token is taken for one, and none for a token.
TYPE = "tmf-audit+jws"


def folder_of(keys: Path) -> Path:
    """Where the keys of seals are, below those of the deployment."""
    return keys / "audit"


class Signer:
    """Signs with a key of the deployment. Raises `KeysError` where there is none."""

    def __init__(self, keys: Path) -> None:
        key = next(keys_in(folder_of(keys)), None)
        if key is None:
            raise KeysError(f"{folder_of(keys)}: there is no key")
        self._key = key

    def sign(self, statement: Statement) -> str:
        """The signature of a statement, with what it says."""
        head = {"alg": ALGORITHM, "typ": TYPE, "kid": self._key.kid}
        return jws.serialize_compact(head, statement.payload, self._key)


class Opener:
    """Opens signatures by the keys of the deployment, and by those of files of public keys."""

    def __init__(self, keys: Path, files: tuple[Path, ...] = ()) -> None:
        self._keys: dict[str, ECKey] = {str(key.kid): key for key in keys_in(folder_of(keys))}
        for file in files:
            self._keys |= {str(key.kid): key for key in public_keys(file)}

    def __call__(self, signature: str) -> bytes:
        """What was signed. Raises `ValueError` for a signature that does not hold."""
        try:
            signed = jws.extract_compact(signature.encode())
            head = signed.headers()
            key = self._keys.get(str(head.get("kid")))
            if key is None:
                raise ValueError(f"there is no key {head.get('kid')} here")
            if head.get("typ") != TYPE or not jws.validate_compact(signed, key, [ALGORITHM]):
                raise ValueError("its signature is wrong")
        except (JoseError, AttributeError) as error:
            raise ValueError("its signature is none") from error
        return signed.payload
