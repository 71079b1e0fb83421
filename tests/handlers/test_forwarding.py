"""Links behind proxies: what a trusted one says of the scheme and host the client used (R-105)."""

import pytest

from tests.handlers.conftest import Start
from tests.handlers.facts import case
from tests.handlers.serving import Server

CUSTOMER = case("TMF629-v5/customer")
HOST = "shop.example:8443"

#: Header fields, and what links begin with. Hosts are believed of nobody: clients can send them
#: through many a proxy.
TOLD = [
    ([], f"http://{HOST}"),
    ([("X-Forwarded-Proto", "https")], f"https://{HOST}"),
    ([("X-Forwarded-Proto", "HTTPS")], f"https://{HOST}"),
    ([("X-Forwarded-Proto", "https, http")], f"https://{HOST}"),
    ([("X-Forwarded-Proto", "https,https")], f"https://{HOST}"),
    ([("X-Forwarded-Proto", "http, https")], f"http://{HOST}"),
    ([("X-Forwarded-Proto", "https"), ("X-Forwarded-Proto", "http")], f"https://{HOST}"),
    ([("X-Forwarded-Proto", "https"), ("X-Forwarded-For", "203.0.113.9")], f"https://{HOST}"),
    ([("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "a.example")], f"https://{HOST}"),
    ([("Forwarded", "for=203.0.113.9;proto=https;host=a.example")], f"https://{HOST}"),
    ([("Forwarded", 'For="[2001:db8::1]:4711"; Proto="https"')], f"https://{HOST}"),
    ([("Forwarded", "proto=https, proto=http")], f"https://{HOST}"),
    ([("Forwarded", "for=a, proto=https")], f"http://{HOST}"),
    ([("Forwarded", "proto=https"), ("Forwarded", "proto=http")], f"https://{HOST}"),
    ([("Forwarded", "proto=http"), ("X-Forwarded-Proto", "https")], f"https://{HOST}"),
    ([("Forwarded", "for=unknown"), ("X-Forwarded-Proto", "https")], f"https://{HOST}"),
    ([("X-Forwarded-Proto", "")], f"http://{HOST}"),
    ([("X-Forwarded-Proto", "javascript")], f"http://{HOST}"),
    ([("X-Forwarded-Proto", "wss")], f"http://{HOST}"),
    ([("Forwarded", ";;=,proto")], f"http://{HOST}"),
]


def beginnings(server: Server, fields: list[tuple[str, str]]) -> set[str]:
    """What the links of answers begin with, wherever there are any."""
    headers = [("Host", HOST), *fields]
    made = server.client.post(CUSTOMER.path, json=CUSTOMER.create_body(), headers=headers)
    shown = server.client.get(CUSTOMER.item(made.json()["id"]), headers=headers)
    listed = server.client.get(f"{CUSTOMER.path}?limit=1&offset=0", headers=headers)
    file = server.client.get(f"{CUSTOMER.api.base_path}/openapi.json", headers=headers)
    base = server.client.get(CUSTOMER.api.base_path, headers=headers)
    found = [made.headers["location"], made.json()["href"], shown.json()["href"]]
    found += [listed.json()[0]["href"], listed.links["self"]["url"], base.json()["href"]]
    found += [file.json()["servers"][0]["url"]]
    return {link.partition("/tmf-api/")[0] for link in found}


@pytest.mark.rule("R-105")
@pytest.mark.parametrize(("fields", "beginning"), TOLD, ids=str)
def test_a_trusted_proxy_is_believed(
    fields: list[tuple[str, str]], beginning: str, server: Server
) -> None:
    assert beginnings(server, fields) == {beginning}


@pytest.mark.rule("R-105")
@pytest.mark.parametrize("fields", [TOLD[1][0], TOLD[3][0], TOLD[9][0]], ids=str)
def test_nobody_else_is(fields: list[tuple[str, str]], start: Start) -> None:
    server = start(trusted_proxies=("10.0.0.0/8", "192.0.2.1"))
    assert beginnings(server, fields) == {f"http://{HOST}"}


@pytest.mark.rule("R-105")
def test_the_external_url_comes_first(start: Start) -> None:
    server = start(base_url="https://api.example.com/shop")
    fields = [("X-Forwarded-Proto", "http"), ("X-Forwarded-Host", "a.example")]
    assert beginnings(server, fields) == {"https://api.example.com/shop"}
