"""For which tenant a request is: its host goes first, then what its token claims."""

from base64 import urlsafe_b64encode

import pytest

from handlers.tenancy.choosing import Choosing
from tmf_apis.settings import Settings
from tmf_apis.tenants import Tenant

TENANTS = {
    "acme": Tenant("acme", (), Settings()),
    "globex": Tenant("globex", ("shop.example.com",), Settings()),
}


def claiming(claims: str) -> bytes:
    return b"Bearer aa." + urlsafe_b64encode(claims.encode()).rstrip(b"=") + b".cc"


@pytest.mark.parametrize(
    ("host", "authorization", "chosen"),
    [
        ("acme.example.com", b"", "acme"),
        ("ACME.example.com:8080", b"", "acme"),
        ("acme.localhost.:8080", b"", "acme"),
        ("acme", b"", "acme"),
        ("shop.example.com", b"", "globex"),
        ("shop.example.com", claiming('{"tenant":"acme"}'), "globex"),
        ("127.0.0.1:8080", claiming('{"tenant":"acme"}'), "acme"),
        ("127.0.0.1:8080", b"", None),
        ("[::1]:8080", b"", None),
        ("", b"", None),
        ("xacme.example.com", b"", None),
        ("www.acme.example.com", b"", None),
        ("other.example.com", claiming('{"tenant":"initech"}'), None),
        ("other.example.com", claiming('{"tenant":["acme"]}'), None),
        ("other.example.com", claiming('["acme"]'), None),
        ("other.example.com", claiming("{"), None),
        ("other.example.com", b"Bearer a.b.c, Bearer a.b.c", None),
        ("other.example.com", b"Basic YTpi", None),
        ("other.example.com", b"Bearer " + b"a" * 100_000, None),
        ("acme/../globex", b"", None),
    ],
)
def test_host_and_token_name_it(host: str, authorization: bytes, chosen: str | None) -> None:
    assert Choosing(TENANTS, "tenant").chosen(host, authorization) == chosen


def test_the_claim_is_the_one_of_the_settings() -> None:
    choosing = Choosing(TENANTS, "org")
    assert choosing.chosen("", claiming('{"org":"acme","tenant":"globex"}')) == "acme"
    assert choosing.chosen("", claiming('{"tenant":"globex"}')) is None
