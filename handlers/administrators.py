"""Who may look behind the scenes: who knows the administration token, in development everybody.

A program sends the token as a bearer. A browser asks for a name and a password: any name will do,
and the password is the token.
"""

import hmac
from base64 import b64decode
from dataclasses import dataclass

from handlers.http import Request
from handlers.permission.permissions import Permissions
from tmf_apis.tmf630.errors import FORBIDDEN, UNAUTHORIZED, TmfError

_CHALLENGE = {"WWW-Authenticate": 'Basic realm="administration", charset="UTF-8", Bearer'}


@dataclass(frozen=True, slots=True)
class Administrators:
    """Those who know a token; without one everybody where the server is for `development`."""

    token: str
    development: bool
    #: What callers may, where everybody is asked who they are; then the token opens nothing.
    permissions: Permissions | None = None

    @property
    def any(self) -> bool:
        """Whether anybody is let in."""
        return bool(self.token) or self.development or self.permissions is not None

    def admit(self, request: Request) -> None:
        """Raise `TmfError` for a request of anybody else: 401, or 403 where nobody is let in."""
        if self.permissions is not None:
            self.permissions.admit_administrator(request.caller)
        else:
            self._admit_bearer(request)

    def admit_auditor(self, request: Request) -> None:
        """The same for what auditors see; where nobody is asked who they are, it is theirs too."""
        if self.permissions is not None:
            self.permissions.admit_auditor(request.caller)
        else:
            self._admit_bearer(request)

    def _admit_bearer(self, request: Request) -> None:
        if not self.any:
            raise TmfError(
                FORBIDDEN, "This is for administrators; set TMF_ADMIN_TOKEN, and send the token."
            )
        if not self.token:
            return
        given = _given(request.header(b"authorization") or "")
        if not hmac.compare_digest(given.encode(), self.token.encode()):
            raise TmfError(
                UNAUTHORIZED,
                "Authorization: the administration token is needed, as bearer or as password.",
                dict(_CHALLENGE),
            )


def _given(authorization: str) -> str:
    """The token that a request carries, empty for none."""
    scheme, _, credentials = authorization.strip().partition(" ")
    if scheme.lower() == "bearer":
        return credentials.strip()
    if scheme.lower() != "basic":
        return ""
    try:
        return b64decode(credentials.strip(), validate=True).decode().partition(":")[2]
    except ValueError:
        return ""
