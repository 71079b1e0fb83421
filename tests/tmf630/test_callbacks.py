"""Where callbacks may go (D18, R-1001)."""

from ipaddress import ip_address

import pytest

from tmf_apis.tmf630.callbacks import CallbackRules, address_fault, check_callback, literal
from tmf_apis.tmf630.errors import TmfError

PUBLIC = CallbackRules()
DEVELOPMENT = CallbackRules(development=True)
#: The machine itself and private networks, in every spelling.
PRIVATE = (
    *("localhost", "LOCALHOST", "localhost.", "a.localhost", "127.0.0.1", "127.1", "127.255.0.9"),
    *("2130706433", "0x7f000001", "0x7f.1", "017700000001", "0177.0.0.1", "127.0.0.1."),
    *("[::1]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]"),
    *("10.0.0.1", "10.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "3232235777"),
    *("[fd12:3456::1]", "[fc00::1]", "[::ffff:10.0.0.1]", "[2002:7f00:1::]", "[2002:a00:1::1]"),
    *("%31%32%37.0.0.1", "１２７.0.0.1", "127。0。0。1", "user:secret@127.0.0.1", "[::127.0.0.1]"),
)
#: What no setting short of a named network allows.
NEVER = (
    *("169.254.169.254", "2852039166", "0xa9fea9fe", "169.254.0.1", "[fe80::1]"),
    *("[::ffff:169.254.169.254]", "[::ffff:a9fe:a9fe]", "[fe80::1%25eth0]"),
    *("0.0.0.0", "0", "[::]", "224.0.0.1", "[ff02::1]", "255.255.255.255", "240.0.0.1"),
    *("[fd00:ec2::254]", "100.100.100.200", "metadata.google.internal", "192.0.0.192"),
    *("100.64.0.1", "[64:ff9b::a9fe:a9fe]"),
)  # fmt: skip
FINE = (
    *("listener.example.com", "8.8.8.8", "[2606:4700::1111]", "[::ffff:8.8.8.8]"),
    *("127.example.com", "localhost.example.com", "0x.example", "1.2.3.4.5.example", "134744072"),
)  # fmt: skip


def refusal(host: str, rules: CallbackRules = PUBLIC, scheme: str = "https") -> str:
    """What is said of a callback on a host; empty when it is taken."""
    try:
        check_callback(f"{scheme}://{host}:8443/path?x=1", rules)
    except TmfError as error:
        assert error.cause.status == 400
        return error.message
    return ""


@pytest.mark.parametrize("host", [*PRIVATE, *NEVER])
def test_forbidden_addresses_are_refused(host: str) -> None:
    assert refusal(host).startswith("/callback: ")


@pytest.mark.parametrize("host", FINE)
def test_others_are_taken(host: str) -> None:
    assert refusal(host) == ""
    assert refusal(host, DEVELOPMENT) == ""


@pytest.mark.parametrize("host", PRIVATE)
def test_development_allows_loopback_and_private_ones(host: str) -> None:
    assert refusal(host, DEVELOPMENT) == ""


@pytest.mark.parametrize("host", NEVER)
def test_development_does_not_allow_the_rest(host: str) -> None:
    assert refusal(host, DEVELOPMENT)


def test_a_named_network_is_allowed() -> None:
    rules = CallbackRules(networks=("10.1.0.0/16", "fd12::/16"))
    assert refusal("10.1.2.3", rules) == ""
    assert refusal("[fd12::5]", rules) == ""
    assert refusal("10.2.0.1", rules)
    assert refusal("127.0.0.1", rules)


def test_hosts_and_schemes_can_be_confined() -> None:
    rules = CallbackRules(schemes=("https",), hosts=("*.example.com", "partner.example"))
    assert refusal("a.b.example.com", rules) == ""
    assert refusal("PARTNER.example", rules) == ""
    assert "none of the hosts" in refusal("example.com", rules)
    assert "none of the hosts" in refusal("8.8.8.8", rules)
    assert "use https" in refusal("partner.example", rules, scheme="http")


@pytest.mark.parametrize(
    ("host", "address"),
    [("0300.0250.1", "192.168.0.1"), ("1.2.3", "1.2.0.3"), ("0x", "0.0.0.0"), ("08.1", None),
     ("256.1.1.1", None), ("1.2.3.256", None), ("4294967296", None), ("1.2.3.4.5", None),
     ("", None), ("a.b", None), ("1..2", None)],
)  # fmt: skip
def test_addresses_as_resolvers_take_them(host: str, address: str | None) -> None:
    assert literal(host) == (ip_address(address) if address else None)


def test_what_a_name_resolves_to_is_judged_alike() -> None:
    assert address_fault(ip_address("127.0.0.1"), PUBLIC)
    assert address_fault(ip_address("::ffff:169.254.169.254"), DEVELOPMENT)
    assert address_fault(ip_address("93.184.215.14"), PUBLIC) is None
