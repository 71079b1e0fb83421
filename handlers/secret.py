"""Secrets that the store keeps, so that every process of a deployment knows the same."""

from secrets import token_bytes

import orjson

from persistence.errors import Duplicate, Missing
from persistence.store import Collection, Draft, Scope, Store

SECRETS = Collection("links/secret")
_BYTES = 32


async def secret_of(store: Store, name: str) -> bytes:
    """The secret of a name, made where there is none; of two who make it, the first does.

    Raises `Unavailable`.
    """
    try:
        record = await store.get(SECRETS, name, Scope())
    except Missing:
        document = {"id": name, "secret": token_bytes(_BYTES).hex()}
        try:
            made = await store.create(
                SECRETS, Draft(name, document, orjson.dumps(document)), Scope()
            )
            record = made.record
        except Duplicate:
            record = await store.get(SECRETS, name, Scope())
    return bytes.fromhex(orjson.loads(record.body)["secret"])
