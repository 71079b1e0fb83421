"""Who may come in, as the settings say it: put together once, at the start."""

from collections.abc import Collection

from handlers.audit.signing import folder_of
from handlers.http import Request, Response
from handlers.identity.door import Door
from handlers.identity.identity import Identity, Issuer
from handlers.identity.introspection import Introspection
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
            introspection_of(settings),
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


def introspection_of(settings: Settings) -> Introspection | None:
    """Who is asked about tokens that are no JWT; None where they are not taken."""
    if not settings.introspection:
        return None
    return Introspection(
        settings.introspection,
        settings.introspection_client,
        settings.introspection_secret,
        settings.audience,
    )


def prepare_keys(settings: Settings) -> None:
    """Make the first keys of a deployment that signs: tokens, where there is no provider, and seals
    of the audit. Raises `KeysError`.
    """
    if settings.authentication and not _has_provider(settings):
        make_first(settings.keys)
    if settings.audit:
        make_first(folder_of(settings.keys))


def _has_provider(settings: Settings) -> bool:
    return bool(settings.issuers or settings.introspection)
