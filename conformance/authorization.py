"""OAuth 2.0 client credentials: a token is had when needed and had again when it runs out."""

from collections.abc import Generator

import httpx
import orjson
from authlib.oauth2.auth import encode_client_secret_basic
from authlib.oauth2.rfc6749 import OAuth2Token

from conformance.options import OAuth2


class ClientCredentials(httpx.Auth):
    """Puts a bearer token on each request (R-114)."""

    requires_response_body = True

    def __init__(self, oauth2: OAuth2, timeout: float) -> None:
        self._oauth2 = oauth2
        self._timeout = timeout
        self._token: OAuth2Token | None = None

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Have a token if there is none that lasts, then send the request with it."""
        if self._token is None or self._token.is_expired(leeway=30):
            asking = self._asking()
            answer = yield asking
            answer.raise_for_status()
            self._token = _token(asking, answer)
        request.headers["Authorization"] = f"Bearer {self._token['access_token']}"
        yield request

    def _asking(self) -> httpx.Request:
        form = {"grant_type": "client_credentials"}
        if self._oauth2.scope:
            form["scope"] = self._oauth2.scope
        request = httpx.Request("POST", self._oauth2.token_url, data=form)
        _, headers, _ = encode_client_secret_basic(
            self._oauth2, "POST", self._oauth2.token_url, dict(request.headers), b""
        )
        request.headers["Authorization"] = headers["Authorization"]
        timeout = httpx.Timeout(self._timeout)
        request.extensions = {"timeout": timeout.as_dict()}
        return request


def _token(asking: httpx.Request, answer: httpx.Response) -> OAuth2Token:
    """The token in an answer; raises `httpx.DecodingError` when there is none."""
    try:
        given = orjson.loads(answer.content)
    except orjson.JSONDecodeError:
        given = None
    if not isinstance(given, dict) or not isinstance(given.get("access_token"), str):
        raise httpx.DecodingError(f"{asking.url} gave no access token", request=asking)
    return OAuth2Token.from_dict(given)
