"""What is told of a neighbour that failed names its API, and no place."""

import asyncio

import httpx
import pytest

from handlers.flow.activation import Activation, NotActivated
from handlers.neighbours.failing import Away, Declined, without_urls
from tmf_apis.neighbours import Address

THERE = Address("TMF637", "https://stock.internal/productInventory/v5")


def test_clients_are_told_the_api_and_the_log_where_it_is() -> None:
    away = Away(THERE, "does not answer: ConnectError", "no stock.internal")
    assert str(away) == "the neighbour TMF637 does not answer: ConnectError"
    assert away.in_full == (
        f"the neighbour TMF637 at {THERE.url} does not answer: ConnectError: no stock.internal"
    )


def test_what_a_neighbour_says_of_places_is_for_the_log_alone() -> None:
    declined = Declined(THERE, "does not take it: 400 see http://me:secret@db.internal/x for more")
    assert str(declined) == "the neighbour TMF637 does not take it: 400 see … for more"
    assert "db.internal" in declined.in_full


@pytest.mark.parametrize("text", ["", "400 name: is missing", "a/b 10:20", "://"])
def test_a_text_without_a_url_stays(text: str) -> None:
    assert without_urls(text) == text


def test_a_system_that_activates_is_not_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere(*_: object) -> None:
        raise httpx.ConnectError("no name me:secret@net.internal")

    monkeypatch.setattr(httpx.AsyncClient, "send", nowhere)
    asking = Activation("http://me:secret@net.internal/").ask(
        {"id": "o"}, {"id": "s", "kind": "activate", "about": {}}
    )
    with pytest.raises(NotActivated) as raised:
        asyncio.run(asking)
    assert str(raised.value) == "the system that activates did not answer: ConnectError"
