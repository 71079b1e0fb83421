"""An OpenID provider on a socket of this machine, which a test may spoil, and its tokens."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson
from joserfc import jwt
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey

from tests.hosting import hosted

AUDIENCE = "tmf-apis"
CONFIGURATION = "/.well-known/openid-configuration"


def new_key(kid: str, kind: str = "EC") -> Key:
    if kind == "RSA":
        return RSAKey.generate_key(2048, {"kid": kid}, private=True)
    if kind == "OKP":
        return OKPKey.generate_key("Ed25519", {"kid": kid}, private=True)
    return ECKey.generate_key("P-256", {"kid": kid}, private=True)


ALGORITHMS = {"RSA": "RS256", "EC": "ES256", "OKP": "Ed25519", "oct": "HS256"}


@dataclass
class Issuing:
    """A provider: its keys, how often each path was asked for, and what it does wrong."""

    url: str = ""
    keys: list[Key] = field(default_factory=lambda: [new_key("one")])
    asked: list[str] = field(default_factory=list)
    #: Instead of the key set: a status with headers, or seconds to wait, or bytes to send.
    fault: Any = None

    def token(self, key: Key | None = None, head: Any = None, **claims: Any) -> str:
        """A token that holds, but for what is said otherwise; None leaves a claim out."""
        key = key or self.keys[0]
        now = int(time.time())
        said = {
            "iss": self.url, "aud": AUDIENCE, "sub": "partner-a", "client_id": "partner-a",
            "iat": now, "exp": now + 600, "jti": "1", "roles": ["admin"],
        }  # fmt: skip
        said = {name: value for name, value in (said | claims).items() if value is not None}
        algorithm = ALGORITHMS[key.key_type]
        header = {"alg": algorithm, "typ": "at+jwt", "kid": key.kid} | (head or {})
        header = {name: value for name, value in header.items() if value is not None}
        return jwt.encode(header, said, key, algorithms=[header["alg"]])

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            while True:
                message = await receive()
                await send({"type": f"{message['type']}.complete"})
                if message["type"] == "lifespan.shutdown":
                    return
        self.asked.append(scope["path"])
        status, headers, body = 200, [(b"content-type", b"application/json")], b""
        if scope["path"] == CONFIGURATION:
            body = orjson.dumps({"issuer": self.url, "jwks_uri": f"{self.url}/keys"})
        elif scope["path"] == "/keys":
            body = orjson.dumps({"keys": [k.as_dict(private=False) for k in self.keys]})
        if self.fault is not None and scope["path"] != "/elsewhere":
            match self.fault:
                case float(seconds):
                    await asyncio.sleep(seconds)
                case bytes(spoilt):
                    body = spoilt
                case (int(status), headers):
                    pass
        if scope["path"] == "/elsewhere":
            body = orjson.dumps({"issuer": self.url, "jwks_uri": f"{self.url}/keys", "keys": []})
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})


@contextmanager
def issuing() -> Iterator[Issuing]:
    """A provider for as long as the block lasts."""
    provider = Issuing()
    with hosted(provider) as url:
        provider.url = url
        yield provider
