"""How who may not come in is turned away: RFC 6750 for programs, RFC 7617 for browsers on pages.

What is wrong with a token is told to the log alone: whoever forges one learns nothing from it.
"""

from tmf_apis.tmf630.errors import (
    FORBIDDEN,
    INVALID_HEADER,
    UNAUTHORIZED,
    UNAVAILABLE,
    TmfError,
)

REALM = "tmf-apis"
#: Seconds after which the provider of a token's keys is asked again at the latest.
PROVIDER_IS_BACK = 10


class BadToken(Exception):
    """A token that is not taken; the text says why, for the log."""


def missing(*, on_page: bool) -> TmfError:
    """No token came (401)."""
    return TmfError(
        UNAUTHORIZED,
        "Authorization: a bearer token is needed.",
        {"WWW-Authenticate": _challenge("", on_page=on_page)},
    )


def malformed(text: str) -> TmfError:
    """What came is no one token (400)."""
    return TmfError(INVALID_HEADER, text, {"WWW-Authenticate": _challenge("invalid_request")})


def not_taken(*, on_page: bool) -> TmfError:
    """A token came that does not hold (401)."""
    return TmfError(
        UNAUTHORIZED,
        "Authorization: the token does not hold here; get a new one.",
        {"WWW-Authenticate": _challenge("invalid_token", on_page=on_page)},
    )


def not_allowed(text: str) -> TmfError:
    """A token holds, and does not suffice (403)."""
    return TmfError(FORBIDDEN, text, {"WWW-Authenticate": _challenge("insufficient_scope")})


def provider_away() -> TmfError:
    """Who could say whether a token holds does not answer (503)."""
    return TmfError(
        UNAVAILABLE,
        "The provider of the token's keys does not answer; try again.",
        {"Retry-After": str(PROVIDER_IS_BACK)},
    )


def _challenge(error: str, *, on_page: bool = False) -> str:
    bearer = f'Bearer realm="{REALM}"' + (f', error="{error}"' if error else "")
    # A browser asks its user for a name and a password: the password is the token.
    return f'Basic realm="{REALM}", charset="UTF-8", {bearer}' if on_page else bearer
