"""Whether a token holds (RFC 7515, 7519, 9068): a pure judgement, given the key it names.

A token is read in two steps, because its key may have to be fetched in between: `Presented.read`
trusts nothing, `verified` trusts what the key has signed.
"""

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

import orjson
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import Key
from joserfc.jws import CompactSignature, JWSRegistry
from joserfc.jwt import JWTClaimsRegistry

from handlers.identity.refusals import BadToken

#: Signatures by a private key whose public part is known: nobody who verifies can sign.
ALGORITHMS = (
    *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    *("ES256", "ES384", "ES512", "Ed25519"),
)
#: Bytes of a token, and seconds that two clocks may differ.
LARGEST, LEEWAY = 8192, 30
#: A header that names its own key, or where to get one, wants to be believed on its own word.
_OWN_WORD = frozenset({"jku", "jwk", "x5u", "x5c", "crit", "b64", "zip"})
_REGISTRY = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)


class Presented(NamedTuple):
    """A token as it came: what it claims, which nobody has vouched for yet."""

    signed: CompactSignature
    issuer: str
    #: Which key of its issuer signed it; None when it does not say.
    kid: str | None
    claims: Mapping[str, Any]

    @classmethod
    def read(cls, token: bytes, types: Collection[str]) -> "Presented":
        """A token whose `typ` is one of `types`, in lower case. Raises `BadToken`."""
        if len(token) > LARGEST:
            raise BadToken(f"it has more than {LARGEST} bytes")
        try:
            signed = jws.extract_compact(token, registry=_REGISTRY)
            header, claims = signed.headers(), orjson.loads(signed.payload)
        except (JoseError, ValueError) as error:
            raise BadToken(f"it is no JWT: {error}") from error
        if not isinstance(claims, dict):
            raise BadToken("its claims are no object")
        _check_header(header, types)
        issuer, kid = claims.get("iss"), header.get("kid")
        if not isinstance(issuer, str):
            raise BadToken("it names no issuer")
        return cls(signed, issuer, kid, claims)


def _check_header(header: Mapping[str, Any], types: Collection[str]) -> None:
    if header.get("alg") not in ALGORITHMS:
        raise BadToken(f"its algorithm is {header.get('alg')!r}")
    if given := sorted(_OWN_WORD & header.keys()):
        raise BadToken(f"its header has {', '.join(given)}")
    kind = header.get("typ")
    if not isinstance(kind, str) or kind.lower().removeprefix("application/") not in types:
        raise BadToken(f"its type is {kind!r}")
    if not isinstance(header.get("kid", ""), str):
        raise BadToken("its kid is no text")


def verified(presented: Presented, key: Key, audience: str, now: int) -> Mapping[str, Any]:
    """The claims of a token that its key has signed, for this audience and this moment.

    Raises `BadToken`.
    """
    if key.alg not in (None, presented.signed.headers()["alg"]):
        raise BadToken("its key is for another algorithm")
    try:
        if not jws.validate_compact(presented.signed, key, ALGORITHMS, _REGISTRY):
            raise BadToken("its signature is wrong")
        JWTClaimsRegistry(
            now,
            LEEWAY,
            exp={"essential": True},
            sub={"essential": True},
            aud={"essential": True, "value": audience},
        ).validate(dict(presented.claims))
    except (JoseError, ValueError, TypeError) as error:
        raise BadToken(str(error)) from error
    return presented.claims
