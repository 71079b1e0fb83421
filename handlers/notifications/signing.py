"""What a delivery is signed with, so that a listener can tell who sent it, and when.

A listener that gave a secret with its registration gets the signature of Standard Webhooks, over
id, time and body (https://www.standardwebhooks.com). With a secret of the server's own every
delivery has a signature of its body alone.
"""

import hmac
from base64 import b64decode, b64encode
from collections.abc import Iterator
from hashlib import sha256
from time import time

_PREFIX = "whsec_"


class Signer:
    """Signs deliveries to one listener. Both secrets may be empty.

    `own` is that of the subscription: `whsec_` and base64; `shared` is any text.
    """

    def __init__(self, own: str = "", shared: str = "") -> None:
        self._own = b64decode(own.removeprefix(_PREFIX))
        self._shared = shared.encode()

    def headers(self, id: str, body: bytes) -> Iterator[bytes]:
        """The header fields that sign an event of an id, as they are sent."""
        if self._shared:
            whole = hmac.new(self._shared, body, sha256).hexdigest()
            yield b"x-hub-signature-256: sha256=%b" % whole.encode()
        if self._own:
            at = b"%d" % time()
            signed = b"%b.%b.%b" % (id.encode(), at, body)
            digest = b64encode(hmac.digest(self._own, signed, sha256))
            yield b"webhook-id: %b" % id.encode()
            yield b"webhook-timestamp: %b" % at
            yield b"webhook-signature: v1,%b" % digest
