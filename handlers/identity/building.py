"""Who may come in, as the settings say it: put together once, at the start."""

from collections.abc import Collection

from handlers.http import Request, Response
from handlers.identity.door import Door
from handlers.identity.identity import Identity, Issuer
from handlers.identity.keys import ISSUER, Deployment, make_first
from handlers.identity.provider import Provider
from handlers.roots import Reading
from tmf_apis.settings import Settings

#: Where others get the public parts of the keys of this deployment (RFC 8615).
JWKS = "/.well-known/jwks.json"


class Gate:
    """What is needed to ask who asks. Raises `KeysError` for keys that cannot be used."""

    def __init__(self, settings: Settings) -> None:
        self._deployment = Deployment(settings.keys)
        providers = {one: Provider(one, self._changed) for one in settings.issuers}
        issuers: dict[str, Issuer] = {**providers}
        if self._deployment:
            issuers[ISSUER] = self._deployment
        self.identity = Identity(
            issuers,
            settings.audience,
            settings.token_types,
            list(providers.values()),
            {settings.tenant_claim: settings.tenant} if settings.tenant else {},
        )

    def _changed(self) -> None:
        self.identity.forget()

    def door(self, open: Collection[str], pages: Collection[str]) -> Door:
        """The door to all paths but those that are `open`; `pages` are for people."""
        return Door(self.identity, [*open, JWKS], pages)

    def readings(self) -> dict[str, Reading]:
        """What it tells everybody: the public keys."""
        body = self._deployment.jwks

        async def jwks(request: Request) -> Response:
            return Response(200, body, {"Cache-Control": "max-age=60"})

        return {JWKS: jwks}


def gate_of(settings: Settings) -> Gate | None:
    """The gate of a server; None where nobody is asked. Raises `KeysError`."""
    return Gate(settings) if settings.authentication else None


def prepare_keys(settings: Settings) -> None:
    """Make the first key of a deployment that has no provider. Raises `KeysError`."""
    if settings.authentication and not settings.issuers:
        make_first(settings.keys)
