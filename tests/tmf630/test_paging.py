"""The window of a list, its status and its headers (R-605..R-615, D16)."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tmf630.asking import LIMITS, refusal
from tmf_apis.tmf630.errors import TmfError
from tmf_apis.tmf630.paging import LONGEST_LINKS, Limits, Page, Shown, answer, parse_page
from tmf_apis.tmf630.query import Cursor
from tmf_apis.tmf630.query_string import split

URL = "http://host/customer"


def page(raw: str, range_header: str | None = None, limits: Limits = LIMITS) -> Page:
    return parse_page(split(raw)[0], range_header, limits)


def links(headers: dict[str, str]) -> dict[str, str]:
    """The query of each link, by relation."""
    found = re.findall(r'<([^<>]*)>; rel="(\w+)"', headers.get("Link", ""))
    assert headers.get("Link", "") == ", ".join(f'<{url}>; rel="{rel}"' for url, rel in found)
    assert all(url.startswith(URL + "?") for url, _ in found)
    return {rel: url.removeprefix(URL + "?") for url, rel in found}


def answered(
    raw: str,
    total: int,
    *,
    range_header: str | None = None,
    cursors: bool = False,
    more: bool | None = None,
) -> tuple[int, dict[str, str]]:
    """The answer to a page of a result that has so many resources."""
    asked = page(raw, range_header)
    count = max(0, min(total - asked.offset, total if asked.limit is None else asked.limit))
    ends = ("first", "last") if count else (None, None)
    more = asked.offset + count < total if more is None else more
    return answer(asked, Shown(total, count, *ends, more), URL, raw, cursors=cursors)


class TestAsking:
    @pytest.mark.rule("R-605", "R-606", "R-613")
    @pytest.mark.parametrize(
        ("raw", "expected"),
        [
            ("", Page(0, 100, asked=False)),
            ("offset=20&limit=10", Page(20, 10, asked=True)),
            ("offset=20", Page(20, 100, asked=True)),
            ("limit=10", Page(0, 10, asked=True)),
            ("limit=0", Page(0, 0, asked=True)),
            ("limit=1001", Page(0, 1000, asked=True)),
            ("limit=007", Page(0, 7, asked=True)),
            ("offset=" + "9" * 18, Page(10**18 - 1, 100, asked=True)),
        ],
    )
    def test_gives_a_window_within_the_limits(self, raw: str, expected: Page) -> None:
        assert page(raw) == expected

    @pytest.mark.rule("R-606")
    def test_without_limits_gives_everything(self) -> None:
        assert page("", limits=Limits(0, 0)) == Page(0, None, asked=False)
        assert page("limit=5000", limits=Limits(0, 0)) == Page(0, 5000, asked=True)

    @pytest.mark.rule("R-613")
    @pytest.mark.parametrize("value", ["-1", "1.5", "x", "", "+1", "1e3", "٣", "1 "])
    @pytest.mark.parametrize("name", ["offset", "limit"])
    def test_for_no_whole_number_is_refused(self, name: str, value: str) -> None:
        status, message = refusal(f"{name}={value.replace('+', '%2B')}")
        assert status == 400 and name in message

    @pytest.mark.rule("R-613")
    def test_for_more_than_any_store_holds_is_lowered_as_a_limit_and_refused_as_an_offset(
        self,
    ) -> None:
        assert page(f"limit={'9' * 5000}") == page("limit=5000")
        assert refusal(f"offset={'9' * 19}")[0] == 400

    @pytest.mark.rule("R-613")
    @pytest.mark.parametrize("raw", ["limit=1&limit=1", "offset=1&offset=2"])
    def test_twice_is_refused(self, raw: str) -> None:
        assert refusal(raw)[0] == 400

    @pytest.mark.rule("R-610")
    @pytest.mark.parametrize(
        ("header", "expected"),
        [
            ("items=21-30", Page(20, 10, asked=True)),
            (" items = 1 - 1 ", Page(0, 1, asked=True)),
            ("items=1-5000", Page(0, 1000, asked=True)),
            ("bytes=0-99", Page(0, 100, asked=False)),
            ("items=-5", Page(0, 100, asked=False)),
        ],
    )
    def test_by_header_counts_from_one(self, header: str, expected: Page) -> None:
        assert page("", header) == expected

    @pytest.mark.rule("R-610")
    @pytest.mark.parametrize("header", ["items=0-5", "items=5-4"])
    def test_by_a_header_without_items_is_refused(self, header: str) -> None:
        with pytest.raises(TmfError) as refused:
            page("", header)
        assert refused.value.cause.status == 400

    @pytest.mark.rule("R-610")
    def test_by_parameters_wins_over_the_header(self) -> None:
        assert page("limit=5", "items=21-30") == Page(0, 5, asked=True)

    @pytest.mark.rule("R-615")
    @pytest.mark.parametrize(
        ("raw", "cursor"),
        [
            ("after=x", Cursor("x")),
            ("before=x", Cursor("x", backwards=True)),
            ("after=a%2Cb&limit=5", Cursor("a,b")),
        ],
    )
    def test_by_cursor_is_accepted(self, raw: str, cursor: Cursor) -> None:
        assert page(raw).cursor == cursor

    @pytest.mark.rule("R-615")
    @pytest.mark.parametrize(
        "raw", ["after=x&offset=0", "before=x&offset=5", "after=x&before=y", "after=x&after=y"]
    )
    def test_by_cursor_and_otherwise_is_refused(self, raw: str) -> None:
        assert refusal(raw)[0] == 400


class TestAnswer:
    @pytest.mark.rule("R-607", "R-608", "R-610", "R-611", "R-612", "R-614")
    @pytest.mark.parametrize(
        ("raw", "total", "status", "result", "content_range"),
        [
            ("", 0, 200, 0, None),
            ("", 50, 200, 50, None),
            ("", 150, 200, 100, None),
            ("offset=20&limit=10", 50, 206, 10, "items 21-30/50"),
            ("offset=45&limit=10", 50, 206, 5, "items 46-50/50"),
            ("offset=49&limit=1", 50, 206, 1, "items 50-50/50"),
            ("limit=10", 50, 206, 10, "items 1-10/50"),
            ("limit=50", 50, 200, 50, None),
            ("offset=0", 50, 200, 50, None),
            ("limit=0", 50, 200, 0, "items */50"),
            ("offset=50", 50, 200, 0, "items */50"),
            ("offset=5", 0, 200, 0, "items */0"),
        ],
    )
    def test_tells_status_and_counts(
        self, raw: str, total: int, status: int, result: int, content_range: str | None
    ) -> None:
        found, headers = answered(raw, total)
        assert found == status
        assert headers["X-Total-Count"] == str(total)
        assert headers["X-Result-Count"] == str(result)
        assert headers.get("Content-Range") == content_range

    @pytest.mark.rule("R-610", "R-611")
    def test_to_a_header_is_as_to_parameters(self) -> None:
        status, headers = answered("", 50, range_header="items=21-30")
        assert (status, headers["Content-Range"]) == (206, "items 21-30/50")
        assert links(headers)["next"] == "offset=30&limit=10"

    @pytest.mark.rule("R-609")
    def test_links_the_pages_around(self) -> None:
        assert links(answered("offset=20&limit=10", 50)[1]) == {
            "self": "offset=20&limit=10",
            "first": "offset=0&limit=10",
            "prev": "offset=10&limit=10",
            "next": "offset=30&limit=10",
            "last": "offset=40&limit=10",
        }

    @pytest.mark.rule("R-609")
    @pytest.mark.parametrize(
        ("offset", "total", "prev"),
        [
            (2, 50, "offset=0&limit=2"),
            (9, 50, "offset=0&limit=9"),
            (10, 50, "offset=0&limit=10"),
            (12, 50, "offset=2&limit=10"),
            (60, 50, "offset=40&limit=10"),
            (12, 4, "offset=0&limit=4"),
            (3, 0, "offset=0&limit=10"),
        ],
    )
    def test_links_what_is_right_before(self, offset: int, total: int, prev: str) -> None:
        assert links(answered(f"offset={offset}&limit=10", total)[1])["prev"] == prev

    @pytest.mark.rule("R-609")
    @pytest.mark.parametrize(
        ("length", "relations"),
        [
            (1_000, ["self", "first", "prev", "next", "last"]),
            (1_300, ["first", "prev", "next", "last"]),
            (1_600, ["first", "prev", "next"]),
            (2_500, ["prev", "next"]),
            (4_000, ["next"]),
            (8_000, []),
        ],
    )
    def test_links_fewer_pages_where_the_query_is_long(
        self, length: int, relations: list[str]
    ) -> None:
        found = answered(f"name.ne={'x' * length}&offset=20&limit=10", 50)[1]
        assert list(links(found)) == relations
        assert len(found.get("Link", "")) <= LONGEST_LINKS

    @pytest.mark.rule("R-609")
    @pytest.mark.parametrize(
        ("raw", "total", "present", "absent"),
        [
            ("limit=10", 50, {"next", "last"}, {"prev"}),
            ("offset=40&limit=10", 50, {"prev", "last"}, {"next"}),
            ("limit=10", 10, {"self", "first", "last"}, {"prev", "next"}),
            ("offset=60&limit=10", 50, {"prev", "last"}, {"next"}),
            ("limit=10", 0, {"self", "first"}, {"prev", "next"}),
            ("", 150, {"next", "last"}, {"prev"}),
        ],
    )
    def test_links_only_pages_that_exist(
        self, raw: str, total: int, present: set[str], absent: set[str]
    ) -> None:
        found = links(answered(raw, total)[1])
        assert present <= set(found)
        assert not absent & set(found)

    @pytest.mark.rule("R-609")
    @pytest.mark.parametrize(("raw", "total"), [("", 50), ("", 0), ("limit=0", 50)])
    def test_links_nothing_where_there_is_nothing_to_turn(self, raw: str, total: int) -> None:
        assert "Link" not in answered(raw, total)[1]

    @pytest.mark.rule("R-609")
    @pytest.mark.parametrize(
        ("raw", "kept"),
        [
            ("name=a&limit=5&category=b", "name=a&category=b"),
            ("offset=5&limit=5&name=a%2Cb", "name=a%2Cb"),
            ("offset.eq=5&limit=5", "offset.eq=5"),
            ("name=a;category=b;limit=5", "name=a;category=b"),
            ("limit=5;name=a", "name=a"),
            ("sort=-name&fields=id&filter=$[?(@.a=='x')]&limit=5",
             "sort=-name&fields=id&filter=$[?(@.a=='x')]"),
            ("priority>5&limit=5", "priority%3E5"),
            ("name=ü&limit=5", "name=%C3%BC"),
            ('name="a b"&limit=5', "name=%22a%20b%22"),
        ],
    )  # fmt: skip
    def test_links_keep_every_other_parameter(self, raw: str, kept: str) -> None:
        for query in links(answered(raw, 50)[1]).values():
            assert query.startswith(kept + "&offset=")
            assert query.count("limit=") == 1
            page(query)

    @pytest.mark.rule("R-607", "R-609", "R-611")
    @pytest.mark.parametrize(
        ("raw", "span", "relations"),
        [
            ("", None, {"first": "offset=0&limit=100", "next": "after=l&limit=100"}),
            ("limit=10", "items 1-3/50",
             {"next": "after=l&limit=10", "last": "offset=40&limit=10"}),
            ("offset=20&limit=10", "items 21-23/50",
             {"prev": "before=f&limit=10", "next": "after=l&limit=10"}),
            ("offset=23&limit=10", "items 24-26/50",
             {"prev": "before=f&limit=10", "next": "after=l&limit=10"}),
        ],
    )  # fmt: skip
    def test_tells_of_one_that_ends_sooner_what_it_shows(
        self, raw: str, span: str | None, relations: dict[str, str]
    ) -> None:
        status, headers = answer(page(raw), Shown(50, 3, "f", "l", True), URL, raw, cursors=False)
        assert (status, headers.get("Content-Range")) == (206 if span else 200, span)
        assert (headers["X-Total-Count"], headers["X-Result-Count"]) == ("50", "3")
        assert relations.items() <= links(headers).items()

    @pytest.mark.rule("R-609", "R-615")
    @pytest.mark.parametrize(
        ("raw", "cursors", "relations"),
        [
            ("", False, {"self": "offset=0", "first": "offset=0", "next": "after=l"}),
            ("offset=5", False,
             {"self": "offset=5", "first": "offset=0", "prev": "before=f", "next": "after=l"}),
            ("", True, {"self": "offset=0", "first": "offset=0", "next": "after=l"}),
            ("after=x", True,
             {"self": "after=x", "first": "offset=0", "prev": "before=f", "next": "after=l"}),
        ],
    )  # fmt: skip
    def test_leads_on_from_it_also_without_a_limit(
        self, raw: str, cursors: bool, relations: dict[str, str]
    ) -> None:
        asked = page(raw, limits=Limits(0, 0))
        shown = Shown(50, 3, "f", "l", True)
        assert links(answer(asked, shown, URL, raw, cursors=cursors)[1]) == relations
        whole = Shown(50, 50 - asked.offset, "f", "l", False)
        assert "Link" not in answer(asked, whole, URL, raw, cursors=cursors)[1]

    @pytest.mark.rule("R-615")
    def test_links_by_cursor_where_the_file_declares_them(self) -> None:
        assert links(answered("limit=10", 50, cursors=True)[1]) == {
            "self": "limit=10",
            "first": "limit=10",
            "next": "after=last&limit=10",
        }
        assert links(answered("after=x&limit=10", 50)[1]) == {
            "self": "after=x&limit=10",
            "first": "limit=10",
            "prev": "before=first&limit=10",
            "next": "after=last&limit=10",
        }
        assert links(answered("after=x%0D%0A%3E%26&limit=10", 50)[1])["self"] == (
            "after=x%0D%0A%3E%26&limit=10"
        )
        assert "offset" in links(answered("offset=10&limit=10", 50, cursors=True)[1])["next"]

    @pytest.mark.rule("R-609", "R-615")
    def test_links_by_cursor_end_where_the_result_does(self) -> None:
        assert "next" not in links(answered("after=x&limit=10", 50, more=False)[1])
        assert "prev" not in links(answered("before=x&limit=10", 50, more=False)[1])
        assert {"next", "prev"} <= links(answered("before=x&limit=10", 50, more=True)[1]).keys()
        assert "next" not in links(answered("limit=60", 50, cursors=True)[1])

    @pytest.mark.rule("R-611", "R-615")
    def test_to_a_cursor_names_no_range(self) -> None:
        status, headers = answered("after=x&limit=10", 50)
        assert status == 206
        assert "Content-Range" not in headers


@pytest.mark.rule("R-605", "R-609")
@given(st.integers(0, 60), st.integers(1, 20), st.integers(0, 60))
def test_following_the_links_visits_every_item_once(offset: int, limit: int, total: int) -> None:
    here = links(answered(f"offset={offset}&limit={limit}", total)[1])
    seen: list[int] = []
    query: str | None = here["first"]
    while query is not None:
        asked = page(query)
        seen += range(asked.offset, min(total, asked.offset + (asked.limit or 0)))
        query = links(answered(query, total)[1]).get("next")
    assert seen == list(range(total))
    last = page(here["last"])
    assert total == 0 or last.offset < total <= last.offset + limit
    assert ("prev" in here) == (offset > 0)
