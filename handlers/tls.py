"""TLS as the settings have it: with a certificate of the server, and with those of its clients."""

import ssl
from typing import Any

from tmf_apis.settings import Settings

#: What is said to browsers: here by https alone, for a year (RFC 6797).
HSTS = "max-age=31536000"


class TlsError(ValueError):
    """Files that no TLS can be had with; the text names them."""


def options(settings: Settings) -> dict[str, Any]:
    """The options of uvicorn; none without a certificate."""
    if settings.tls_cert is None:
        return {}
    asked = ssl.CERT_REQUIRED if settings.tls_client_ca is not None else ssl.CERT_NONE
    return {
        "ssl_certfile": settings.tls_cert,
        "ssl_keyfile": settings.tls_key,
        "ssl_ca_certs": settings.tls_client_ca,
        "ssl_cert_reqs": asked,
    }


def check_tls(settings: Settings) -> None:
    """Raise `TlsError` unless the files are a certificate, its key, and certificates of clients."""
    if settings.tls_cert is None:
        return
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        # Whoever starts a server is not there to be asked for a password.
        context.load_cert_chain(settings.tls_cert, settings.tls_key, lambda: b"")
    except (OSError, ValueError) as error:
        named = " and ".join(str(f) for f in (settings.tls_cert, settings.tls_key) if f)
        raise TlsError(f"{named}: no certificate with its key, without a password") from error
    if settings.tls_client_ca is not None:
        try:
            context.load_verify_locations(settings.tls_client_ca)
        except (OSError, ValueError) as error:
            raise TlsError(f"{settings.tls_client_ca}: no certificates of PEM") from error
