"""An exchange as a command: the shell sends what the kit sent."""

import shlex
from dataclasses import replace

import pytest

from conformance.reports import curl
from tests.conformance.reports.samples import LISTED, POSTED


def words(command: str) -> list[str]:
    return [word for word in shlex.split(command) if word != "\n"]


def test_a_request_with_quotes_is_one_word() -> None:
    found = words(curl.command(POSTED))
    assert found[:5] == ["curl", "--include", "--globoff", "--request", "POST"]
    assert found[found.index("--data-raw") + 1] == POSTED.request_body
    assert "Content-Type: application/json" in found


def test_a_get_names_no_method() -> None:
    found = words(curl.command(LISTED))
    assert "--request" not in found
    assert found[-1].endswith("/category?filter=[?(@.name=='it''s')]&limit=2")


def test_head_does_not_wait_for_a_body() -> None:
    assert "--head" in words(curl.command(replace(LISTED, method="HEAD")))


@pytest.mark.parametrize("name", ["Authorization", "authorization", "Cookie", "X-API-Key"])
def test_secrets_are_masked(name: str) -> None:
    exchange = replace(LISTED, request_headers=((name, "open-sesame"),))
    assert "sesame" not in curl.command(exchange)
    assert f"{name}: ***" in words(curl.command(exchange))


def test_secrets_in_the_url_are_masked() -> None:
    shown = curl.address("https://me:pw@host:1/a?x=1&access_token=abc&token=d#e")
    assert shown == "https://***@host:1/a?x=1&access_token=***&token=***#e"


def test_headers_of_the_connection_are_left_to_curl() -> None:
    exchange = replace(LISTED, request_headers=(("Host", "a"), ("Content-Length", "3"), ("A", "b")))
    assert [w for w in words(curl.command(exchange)) if ": " in w] == ["A: b"]
