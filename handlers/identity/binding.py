"""Tokens that only their client can use: bound to the certificate that it shows (RFC 8705)."""

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from handlers.identity.refusals import BadToken

#: The member of `cnf` with the digest of a certificate (RFC 8705, section 3.1).
CERTIFICATE = "x5t#S256"


def thumbprint(certificate: bytes) -> str:
    """The digest of a certificate in DER, as tokens have it."""
    return urlsafe_b64encode(sha256(certificate).digest()).rstrip(b"=").decode()


def bound_to(claims: Mapping[str, Any]) -> str:
    """The digest of the certificate that a token is bound to, empty for one that anybody may show.

    Raises `BadToken` for one that is bound to what nobody here can see.
    """
    if "cnf" not in claims:
        return ""
    bound = claims["cnf"]
    if not isinstance(bound, dict) or [*bound] != [CERTIFICATE]:
        raise BadToken("it is bound to something that is not seen here")
    digest = bound[CERTIFICATE]
    if not isinstance(digest, str) or not digest:
        raise BadToken("it is bound to no certificate")
    return digest
