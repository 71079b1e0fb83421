"""Links stay short however long the query is, and whatever the list is sorted by (R-609)."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from handlers import bookmarks
from handlers.secret import SECRETS
from persistence.opening import open_store
from persistence.store import Scope
from tests.handlers.asking import ids, links, refused, shown
from tests.handlers.facts import Case, case
from tests.handlers.serving import Server, running
from tmf_apis.catalog import Catalog
from tmf_apis.tmf630.paging import Page, Shown
from tmf_apis.tmf630.query import Cursor, Query

CUSTOMER, RESOURCE = case("TMF629-v4/customer"), case("TMF639-v5/resource")

pytestmark = pytest.mark.rule("R-609")


def head(answer: httpx.Response) -> int:
    """How many bytes the head of an answer has."""
    lines = [f"{name}: {value}\r\n" for name, value in answer.headers.items()]
    return len(f"HTTP/1.1 {answer.status_code} Partial Content\r\n\r\n") + len("".join(lines))


def walked(server: Server, url: str, relation: str = "next") -> tuple[list[str], str]:
    """The ids on all pages from one on, and the last URL; every head is short."""
    found: list[str] = []
    here, following = url, url
    while following:
        here = following
        answer = server.client.get(here)
        assert head(answer) <= 8192
        page = ids(answer)
        found = found + page if relation == "next" else page + found
        following = links(answer).get(relation, "")
    return found, here


@pytest.mark.parametrize("length", [1_000, 1_700, 3_000, 20_000, 30_000])
@pytest.mark.parametrize("chosen", [CUSTOMER, RESOURCE], ids=["offsets", "cursors"])
def test_pages_of_a_long_query_are_walked(chosen: Case, length: int, server: Server) -> None:
    mark = uuid4().hex
    made = server.make_some(chosen, 5, **{"x-mark": mark})
    query = f"x-mark={mark}&sort=-x-mark&fields=id&name.ne="
    url = f"{chosen.path}?{query}{'x' * (length - len(query))}&limit=2"
    found, last = walked(server, url)
    assert found == made
    assert walked(server, last, "prev")[0] == made
    answer = server.client.get(url)
    assert "next" in links(answer)
    for link in links(answer).values():
        assert len(link) < 2_500
        assert all("name" not in each for each in server.client.get(link).json())


def test_a_bookmark_outlives_the_server(tmp_path: Path) -> None:
    catalog = Catalog((CUSTOMER.api,))
    with running(tmp_path, catalog) as server:
        made = server.make_some(CUSTOMER, 3)
        answer = server.client.get(f"{CUSTOMER.path}?name.ne={'x' * 9_000}&limit=2")
        path = httpx.URL(links(answer)["next"]).raw_path.decode()
    with running(tmp_path, catalog) as server:
        assert ids(server.client.get(path)) == made[2:]


def test_a_bookmark_goes_with_other_parameters(server: Server) -> None:
    mark = uuid4().hex
    made = server.make_some(CUSTOMER, 3, **{"x-mark": mark})
    answer = server.client.get(
        f"{CUSTOMER.path}?x-mark={mark}&id.ne={made[0]};x-mark={'y' * 3_000}&limit=1"
    )
    bookmark = links(answer)["first"].partition("?")[2].partition("&")[0]
    assert bookmark.startswith("bookmark=")
    found = shown(server.client.get(f"{CUSTOMER.path}?fields=x-mark&{bookmark}"))
    assert [each["id"] for each in found] == made[1:]
    assert all(set(each) == {"id", "href", "x-mark"} for each in found)
    refused(server.client.get(f"{CUSTOMER.path}?{bookmark}&{bookmark}"), 400, "33", "bookmark")


@pytest.mark.parametrize("name", ["", "x", "0" * 32, "%20", "~"])
def test_an_unknown_bookmark_is_refused(name: str, server: Server) -> None:
    refused(server.client.get(f"{CUSTOMER.path}?bookmark={name}"), 400, "33", "bookmark")


@pytest.mark.rule("R-615")
def test_an_unknown_cursor_is_refused(server: Server) -> None:
    url = f"{CUSTOMER.path}?limit=1&after=~{'0' * 32}"
    refused(server.client.get(url), 400, "33", "bookmark")


@pytest.mark.rule("R-615")
def test_pages_in_the_order_of_long_texts_are_walked(server: Server) -> None:
    mark, made = uuid4().hex, []
    for letter in "bca":
        text = letter * 20_000
        made += server.make_some(RESOURCE, 1, description=text, **{"x-mark": mark})
    expected = [made[2], made[0], made[1]]
    found, last = walked(server, f"{RESOURCE.path}?x-mark={mark}&sort=description&limit=1")
    assert found == expected
    assert "after=~" in last
    assert walked(server, last, "prev")[0] == expected
    assert ids(server.client.get(last.replace("=~", "=%7E"))) == expected[2:]


@pytest.fixture
def moment(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Lets time pass for bookmarks."""
    passed = timedelta()

    def later(more: timedelta) -> None:
        nonlocal passed
        passed += more
        monkeypatch.setattr(bookmarks, "_now", lambda: datetime.now(UTC) + passed)

    return later


def test_a_bookmark_lasts_a_day_from_its_last_use(
    tmp_path: Path, moment: Callable[[timedelta], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    page, many = Page(0, 1, asked=True), Shown(9, 1)

    async def live() -> None:
        store = open_store(f"sqlite:///{tmp_path}/tmf.db")
        await store.open([bookmarks.BOOKMARKS, SECRETS])

        async def kept(letter: str) -> str:
            name, *_ = await bookmarks.abbreviated(store, letter * 3_000, page, many, cursors=False)
            return name

        async def count() -> int:
            return (await store.find(bookmarks.BOOKMARKS, Query(), Scope())).total

        first, other = await kept("a"), await kept("b")
        moment(timedelta(hours=20))
        assert await bookmarks.expanded(store, first) == "a" * 3_000
        moment(timedelta(hours=20))
        assert await kept("c") != await kept("a") == first
        assert await count() == 2
        with pytest.raises(Exception, match="bookmark"):
            await bookmarks.expanded(store, other)
        monkeypatch.setattr(bookmarks, "MOST", 2)
        await kept("d")
        assert await count() == 2
        cursor = Page(0, 1, asked=True, cursor=Cursor("k" * 500))
        _, short, ends = await bookmarks.abbreviated(
            store, "x", cursor, Shown(9, 1, "f" * 500, "l"), cursors=False
        )
        assert short.cursor is not None and short.cursor.token.startswith("~")
        assert ends.first is not None and len(ends.first) == 33
        assert ends.last == "l"
        await store.close()

    asyncio.run(live())


def test_nobody_finds_a_name_by_guessing_what_was_asked(tmp_path: Path) -> None:
    page, many = Page(0, 1, asked=True), Shown(9, 1)

    async def named(file: str) -> str:
        store = open_store(f"sqlite:///{tmp_path}/{file}.db")
        await store.open([bookmarks.BOOKMARKS, SECRETS])
        name, *_ = await bookmarks.abbreviated(store, "a" * 3_000, page, many, cursors=False)
        await store.close()
        return name

    async def live() -> None:
        first = await named("one")
        assert await named("other") != first == await named("one")

    asyncio.run(live())
