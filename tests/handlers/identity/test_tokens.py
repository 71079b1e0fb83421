"""A token opens the suite to who holds it; whatever is wrong with one, it opens nothing."""

import hmac
import time
from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import Any

import orjson
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc.jwk import OctKey

from handlers.identity.tokens import LARGEST
from tests.handlers.asking import refused
from tests.handlers.facts import APIS
from tests.handlers.identity.issuing import Issuing, new_key
from tests.handlers.serving import Server

#: A list, and one of each kind of path that tells or takes what is kept.
BASE = APIS[0].base_path
PATH = f"{BASE}/category"
CLOSED = [
    *(PATH, f"{PATH}/1", f"{PATH}/", f"{PATH}/1/x", f"{BASE}/hub", f"{BASE}/hub/1"),
    *("/events", "/events/state", "/events/stream", "/tasks", "/tasks/state", "/nothing"),
    *("/faces?api=TMF620&resource=category&id=1", f"{PATH}?access%5Ftoken=x", "/%2Fhealth"),
    "/tmf-api/customerBillManagement/v5/customerBill/1/document.pdf",
]
OPEN = [
    *("/", "/health", "/ready", "/lifecycles", "/favicon.ico", "/assets/site.css", BASE),
    *(f"{BASE}/openapi.json", f"{BASE}/ui/", "/.well-known/jwks.json"),
]


def part(value: Any) -> str:
    return urlsafe_b64encode(orjson.dumps(value)).rstrip(b"=").decode()


def claims(provider: Issuing, **more: Any) -> dict[str, Any]:
    now = int(time.time())
    return {"iss": provider.url, "aud": "tmf-apis", "sub": "x", "exp": now + 600, **more}


def unsigned(provider: Issuing) -> str:
    return f"{part({'alg': 'none', 'typ': 'at+jwt'})}.{part(claims(provider))}."


def signed_with_the_public_key(provider: Issuing) -> str:
    """What a library takes that lets the token choose how it is verified."""
    pem = (
        provider.keys[0]
        .raw_value.public_key()
        .public_bytes(  # type: ignore[union-attr]
            Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
        )
    )
    said = f"{part({'alg': 'HS256', 'typ': 'at+jwt', 'kid': 'one'})}.{part(claims(provider))}"
    seal = hmac.new(pem, said.encode(), sha256).digest()
    return f"{said}.{urlsafe_b64encode(seal).rstrip(b'=').decode()}"


def changed(provider: Issuing) -> str:
    head, _, seal = provider.token().split(".")
    return f"{head}.{part(claims(provider, roles=['admin']))}.{seal}"


NOW = int(time.time())
FORGED: dict[str, Any] = {
    "no token": lambda p: "nothing",
    "two dots": lambda p: "..",
    "no signature at all": unsigned,
    "the public key as a secret": signed_with_the_public_key,
    "claims changed": changed,
    "another key": lambda p: p.token(new_key("one")),
    "a shared secret": lambda p: p.token(OctKey.generate_key(256), {"kid": "one"}),
    "kid is a path": lambda p: p.token(head={"kid": "../../../../dev/null"}),
    "kid is a URL": lambda p: p.token(head={"kid": f"{p.url}/elsewhere"}),
    "kid is SQL": lambda p: p.token(head={"kid": "x' UNION SELECT 'key' --"}),
    "kid is empty": lambda p: p.token(head={"kid": ""}),
    "jku": lambda p: p.token(head={"jku": f"{p.url}/elsewhere"}),
    "x5u": lambda p: p.token(head={"x5u": f"{p.url}/elsewhere"}),
    "jwk": lambda p: p.token(head={"jwk": p.keys[0].as_dict(private=False)}),
    "another audience": lambda p: p.token(aud="other"),
    "no audience": lambda p: p.token(aud=None),
    "another issuer": lambda p: p.token(iss="https://elsewhere.example"),
    "the issuer's name as a beginning": lambda p: p.token(iss=f"{p.url}.example"),
    "no issuer": lambda p: p.token(iss=None),
    "another type": lambda p: p.token(head={"typ": "JWT"}),
    "an id token": lambda p: p.token(head={"typ": "id+jwt"}),
    "no type": lambda p: p.token(head={"typ": None}),
    "expired": lambda p: p.token(exp=NOW - 60),
    "no expiry": lambda p: p.token(exp=None),
    "expiry in words": lambda p: p.token(exp="tomorrow"),
    "not yet": lambda p: p.token(nbf=NOW + 3600),
    "issued in the future": lambda p: p.token(iat=NOW + 3600),
    "nobody's": lambda p: p.token(sub=None),
    "too long": lambda p: p.token(more="x" * LARGEST),
}


@pytest.fixture(autouse=True)
def _fresh(guarded: Server, provider: Issuing) -> None:
    """The keys are known, so that no test waits for its turn to have them fetched."""
    held = {"Authorization": f"Bearer {provider.token()}"}
    assert guarded.client.get(PATH, headers=held).status_code == 200


@pytest.mark.parametrize("forged", FORGED)
def test_a_forged_token_opens_nothing_and_nobody_learns_why(
    forged: str, guarded: Server, provider: Issuing
) -> None:
    held = {"Authorization": f"Bearer {FORGED[forged](provider)}"}
    answer = guarded.client.get(PATH, headers=held)
    error = refused(answer, 401, "40")
    assert error["message"] == "Authorization: the token does not hold here; get a new one."
    assert answer.headers["www-authenticate"] == 'Bearer realm="tmf-apis", error="invalid_token"'
    assert "/elsewhere" not in provider.asked


@pytest.mark.parametrize("path", CLOSED)
@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "DELETE", "HEAD"])
def test_nobody_who_says_nothing_is_let_in(method: str, path: str, guarded: Server) -> None:
    answer = guarded.client.request(method, path)
    if method == "HEAD":
        assert answer.status_code == 401
    else:
        refused(answer, 401, "40", "a bearer token is needed")
    assert 'Bearer realm="tmf-apis"' in answer.headers["www-authenticate"]
    is_page = path.startswith(("/events", "/tasks", "/faces")) and method in ("GET", "HEAD")
    assert answer.headers["www-authenticate"].startswith("Basic") is is_page


@pytest.mark.parametrize("path", OPEN)
def test_what_tells_what_the_suite_is_is_open(path: str, guarded: Server) -> None:
    for accept in ("*/*", "text/html"):
        assert guarded.client.get(path, headers={"Accept": accept}).status_code in (200, 406)


def test_the_file_of_an_api_says_that_it_asks(guarded: Server, server: Server) -> None:
    def answers(of: Server) -> set[str]:
        document = of.client.get(f"{BASE}/openapi.json").json()
        return set(document["paths"]["/category"]["get"]["responses"])

    assert answers(guarded) - answers(server) == {"401", "403"}


def test_the_landing_page_says_who_is_asked(guarded: Server, server: Server) -> None:
    headers = {"Accept": "text/html"}
    unasked = (
        "Nobody is asked who they are: whoever reaches this server reads and writes everything."
    )
    asked = "Who asks for what is kept shows a token."
    for of, said, other in ((guarded, asked, unasked), (server, unasked, asked)):
        page = of.client.get("/", headers=headers).text
        assert said in page
        assert other not in page


def test_a_browser_may_ask_what_it_may_send(guarded: Server) -> None:
    assert guarded.client.options(PATH).status_code == 204


@pytest.mark.parametrize(
    "headers",
    [
        [("Authorization", "Bearer {}"), ("Authorization", "Bearer {}")],
        [("Authorization", "Bearer {}, Bearer {}")],
        [("Authorization", "Bearer {} {}")],
        [("Authorization", "Bearer")],
        [("Authorization", "Basic eDp4")],
        [("Authorization", "{}")],
        [("Authorization", "")],
    ],
)
def test_what_is_no_one_token_is_malformed(
    headers: list[tuple[str, str]], guarded: Server, provider: Issuing
) -> None:
    token = provider.token()
    sent = [(name, value.format(token, token)) for name, value in headers]
    answer = guarded.client.get(PATH, headers=sent)
    refused(answer, 400, "36", "one bearer token")
    assert answer.headers["www-authenticate"] == 'Bearer realm="tmf-apis", error="invalid_request"'


def test_a_token_in_the_query_is_refused_even_beside_one_that_holds(
    guarded: Server, provider: Issuing
) -> None:
    token = provider.token()
    url = f"{PATH}?access_token={token}"
    for headers in ({}, {"Authorization": f"Bearer {token}"}):
        refused(guarded.client.get(url, headers=headers), 400, "36", "access_token")


def test_a_token_of_a_megabyte_is_not_even_read(guarded: Server) -> None:
    head = f"GET {PATH} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: Bearer "
    answer = guarded.raw(head.encode() + b"x" * (1 << 20) + b"\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 431 ")


def test_a_page_takes_the_token_as_a_password_and_nothing_else_does(
    guarded: Server, provider: Issuing
) -> None:
    with_password = ("anybody", provider.token())
    assert guarded.client.get("/events/state", auth=with_password).status_code == 200
    refused(guarded.client.get("/events/state", auth=("anybody", "guess")), 401, "40")
    refused(guarded.client.get(PATH, auth=with_password), 400, "36")
