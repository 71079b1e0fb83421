"""`tmf-apis token`: a token of this deployment, for who has no provider of tokens."""

from pathlib import Path
from typing import Any

import click
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from handlers.identity.binding import CERTIFICATE, thumbprint
from handlers.identity.keys import KeysError, make_first, signed
from tmf_apis.cli.flags import FILE_OR_DASH, setting
from tmf_apis.cli.given import settings_of_tenant
from tmf_apis.cli.telling import stop

#: The longest that a token holds: nobody can take one back but by a new key.
LONGEST = 24 * 366


@click.command()
@click.option("--client", required=True, help="The name of the client it is for.")
@click.option("--role", "roles", multiple=True, required=True, help="A role; repeatable.")
@click.option("--party", "parties", multiple=True, help="An id of whose rows are its own.")
@click.option("--subject", default="", help="Who uses the client; the client itself by default.")
@click.option("--hours", type=click.FloatRange(0.01, LONGEST), default=8, help="How long it holds.")
@click.option(
    "--certificate",
    type=FILE_OR_DASH,
    help="The only certificate of a client that may show it (PEM).",
)
@setting("keys", "audience", "store")
def token(
    client: str,
    roles: tuple[str, ...],
    parties: tuple[str, ...],
    subject: str,
    hours: float,
    certificate: Path | None,
    **given: Any,
) -> None:
    """Print a bearer token, signed with the key of this deployment.

    The key is made at first use. Who has it can be anybody: keep it as you keep the records.
    """
    settings = settings_of_tenant(**given)
    said: dict[str, Any] = {"sub": subject or client, "client_id": client, "roles": roles}
    if settings.tenant:
        said[settings.tenant_claim] = settings.tenant
    if parties:
        said["party"] = parties[0] if len(parties) == 1 else parties
    if certificate is not None:
        said["cnf"] = {CERTIFICATE: _digest(certificate)}
    try:
        make_first(settings.keys)
        click.echo(signed(settings.keys, settings.audience, hours * 3600, **said))
    except KeysError as error:
        stop(str(error))


def _digest(file: Path) -> str:
    """What a token has of a certificate (RFC 8705); the command ends where the file is none."""
    try:
        return thumbprint(
            x509.load_pem_x509_certificate(file.read_bytes()).public_bytes(Encoding.DER)
        )
    except (OSError, ValueError):
        stop(f"{file}: it is no certificate")
