"""Which names the server goes by: others may be a stranger's that lead here (DNS rebinding)."""

import pytest

from tests.handlers.asking import refused
from tests.handlers.conftest import Start
from tests.handlers.facts import case
from tests.handlers.serving import Server
from tmf_apis.settings import SettingsError, read_settings

CUSTOMER = case("TMF629-v5/customer")
LOOPBACK = [
    *("localhost", "localhost:8080", "LocalHost.", "app.localhost", "127.0.0.1", "127.0.0.1:8080"),
    *("127.8.9.1", "[::1]", "[::1]:8080"),
]
STRANGE = [
    *("evil.example", "evil.example:8080", "localhost.evil.example", "127.0.0.1.evil.example"),
    *("notlocalhost", "192.0.2.1", "[2001:db8::1]:80", "0x7f.1", "xn--localhst-0za"),
]
PATHS = ["/", "/events", "/events/state", CUSTOMER.path, CUSTOMER.api.base_path, "/nothing"]


def answers(server: Server, host: str, path: str = CUSTOMER.path) -> bool:
    """Whether a host is answered to; else it is refused, with no link in what is said."""
    answer = server.client.get(path, headers={"Host": host, "Accept": "*/*"})
    if answer.status_code != 421:
        return True
    refused(answer, 421, "65", "Host")
    assert "http" not in answer.text and "location" not in answer.headers
    return False


@pytest.mark.rule("R-105")
@pytest.mark.parametrize("host", LOOPBACK)
def test_development_goes_by_the_names_of_the_loopback(host: str, start: Start) -> None:
    assert answers(start(development=True), host)


@pytest.mark.rule("R-105")
@pytest.mark.parametrize("host", STRANGE)
def test_and_by_no_other(host: str, start: Start) -> None:
    server = start(development=True)
    for path in PATHS:
        assert not answers(server, host, path)
    headers = {"Host": host}
    refused(
        server.client.post(CUSTOMER.path, json=CUSTOMER.create_body(), headers=headers), 421, "65"
    )
    refused(server.client.options(CUSTOMER.path, headers=headers), 421, "65")


def test_an_address_cannot_be_a_stranger_s_name(start: Start) -> None:
    """Whoever listens on all addresses is asked by each of them."""
    server = start(development=True, host="0.0.0.0")
    assert answers(server, "192.0.2.1:8080") and answers(server, "[2001:db8::1]")
    assert not answers(server, "evil.example")
    bound = start(development=True, host="192.0.2.7")
    assert answers(bound, "192.0.2.7") and not answers(bound, "192.0.2.8")


def test_the_operator_names_them(start: Start) -> None:
    server = start(allowed_hosts=("api.example.com", "*.shop.example"))
    for host in ("api.example.com", "API.example.com:8443", "a.shop.example", "localhost:1"):
        assert answers(server, host), host
    for host in ("example.com", "shop.example", "api.example.com.evil.example", "192.0.2.1"):
        assert not answers(server, host), host
    assert answers(start(allowed_hosts=("*",), development=True), "evil.example")


def test_the_external_url_is_one_of_them(start: Start) -> None:
    server = start(development=True, base_url="https://api.example.com:8443/shop")
    assert answers(server, "api.example.com") and answers(server, "api.example.com:8443")
    assert not answers(server, "evil.example")


def test_elsewhere_any_name_will_do(server: Server) -> None:
    assert all(answers(server, host) for host in (*LOOPBACK, *STRANGE))


@pytest.mark.parametrize("path", ["/health", "/ready"])
def test_probes_go_by_addresses(path: str, start: Start) -> None:
    server = start(allowed_hosts=("api.example.com",))
    assert server.client.get(path, headers={"Host": "10.1.2.3:8080"}).status_code == 200


@pytest.mark.parametrize("name", ["http://api.example.com", "api.example.com:80", "a/b", "a b"])
def test_a_name_is_no_url(name: str) -> None:
    with pytest.raises(SettingsError, match="TMF_ALLOWED_HOSTS"):
        read_settings({"TMF_ALLOWED_HOSTS": name})


def test_several_are_given_by_commas() -> None:
    found = read_settings({"TMF_ALLOWED_HOSTS": "A.example, *.b.example"}).allowed_hosts
    assert found == ("a.example", "*.b.example")
