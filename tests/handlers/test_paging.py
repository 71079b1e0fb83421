"""The window of a list: counts, status, links and cursors (R-605..R-615, D16)."""

from uuid import uuid4

import httpx
import pytest

from tests.handlers.asking import ids, links, query_of, refused, shown
from tests.handlers.conftest import Start
from tests.handlers.facts import Case, case, each
from tests.handlers.serving import Server
from tmf_apis.tmf630 import listing
from tmf_apis.tmf630.paging import LARGEST


def marked(server: Server, case: Case, count: int, **more: str) -> tuple[str, list[str]]:
    """The URL that lists some new resources alone, and their ids."""
    mark = uuid4().hex
    return f"{case.path}?x-mark={mark}", server.make_some(case, count, **{"x-mark": mark}, **more)


@pytest.mark.rule("R-605", "R-607", "R-608", "R-609", "R-610", "R-611")
@each()
def test_a_page_in_the_middle(case: Case, server: Server) -> None:
    url, made = marked(server, case, 5)
    answer = server.client.get(f"{url}&offset=2&limit=2")
    assert answer.status_code == 206
    assert ids(answer) == made[2:4]
    assert answer.headers["x-total-count"] == "5"
    assert answer.headers["x-result-count"] == "2"
    assert answer.headers["content-range"] == "items 3-4/5"
    found = links(answer)
    assert {rel: query_of(link).partition("&")[2] for rel, link in found.items()} == {
        "self": "offset=2&limit=2",
        "first": "offset=0&limit=2",
        "prev": "offset=0&limit=2",
        "next": "offset=4&limit=2",
        "last": "offset=4&limit=2",
    }
    assert ids(server.client.get(found["next"])) == made[4:]
    assert ids(server.client.get(found["prev"])) == made[:2]


@pytest.mark.rule("R-605", "R-607", "R-608", "R-609", "R-610", "R-611", "R-615")
@pytest.mark.parametrize("kind", ["sqlite", "mongodb"])
def test_a_page_of_large_resources_ends_sooner_and_leads_on(kind: str, start: Start) -> None:
    """Three of 3 MB each, of which two are within a page's bounds."""
    server, large = start(kind=kind), case("TMF622-v4/productOrder")
    url, made = marked(server, large, 3, description="x" * (LARGEST * 2 // 5))
    answer = server.client.get(f"{url}&offset=0&limit=50")
    assert (answer.status_code, ids(answer)) == (206, made[:2])
    assert answer.headers["x-total-count"] == "3"
    assert answer.headers["x-result-count"] == "2"
    assert answer.headers["content-range"] == "items 1-2/3"
    rest = server.client.get(links(answer)["next"])
    assert (rest.status_code, ids(rest)) == (206, made[2:])
    assert rest.headers["x-total-count"] == "3"
    by_cursor = server.client.get(f"{url}&sort=-description")
    assert (by_cursor.status_code, ids(by_cursor)) == (200, made[:2])
    assert by_cursor.headers["x-result-count"] == "2"
    assert ids(server.client.get(links(by_cursor)["next"])) == made[2:]
    small, both = marked(server, large, 2)
    whole = server.client.get(f"{small}&limit=50")
    assert (whole.status_code, ids(whole)) == (200, both)


@pytest.mark.rule("R-605", "R-609", "R-615")
@pytest.mark.parametrize("kind", ["sqlite", "mongodb"])
def test_pages_of_large_resources_are_gone_through_either_way(
    kind: str, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without gaps or overlaps, also where a page ends sooner than it was asked for."""
    monkeypatch.setattr(listing, "LARGEST", 200_000)
    server, large = start(kind=kind), case("TMF622-v4/productOrder")
    url, made = marked(server, large, 5, description="x" * 80_000)
    pages, visited = [], f"{url}&offset=0&limit=4"
    while visited:
        answer = server.client.get(visited)
        pages.append(ids(answer))
        visited = links(answer).get("next", "")
    assert pages == [made[:2], made[2:4], made[4:]]
    back = []
    while visited := links(answer).get("prev", ""):
        answer = server.client.get(visited)
        back.append(ids(answer))
    assert back == [made[2:4], made[:2]]
    middle = server.client.get(f"{url}&offset=2&limit=4")
    assert ids(middle) == made[2:4]
    assert ids(server.client.get(links(middle)["prev"])) == made[:2]
    assert ids(server.client.get(links(middle)["next"])) == made[4:]


@pytest.mark.rule("R-605", "R-609", "R-615")
@each()
def test_following_next_visits_everything_once(case: Case, server: Server) -> None:
    url, made = marked(server, case, 5)
    seen, visited = [], f"{url}&limit=2&sort=-x-mark"
    while visited:
        answer = server.client.get(visited)
        seen += ids(answer)
        assert answer.headers["x-total-count"] == "5"
        visited = links(answer).get("next", "")
        assert len(seen) <= 5
    assert seen == made


@pytest.mark.rule("R-611", "R-612", "R-614")
@each()
def test_the_status_tells_a_part_from_the_whole(case: Case, server: Server) -> None:
    url, _ = marked(server, case, 3)
    for window, status, span, count in (
        ("", 200, None, 3),
        ("&limit=3", 200, None, 3),
        ("&limit=1000000", 200, None, 3),
        ("&limit=9223372036854775808", 200, None, 3),
        ("&offset=0", 200, None, 3),
        ("&limit=2", 206, "items 1-2/3", 2),
        ("&offset=1", 206, "items 2-3/3", 2),
        ("&offset=3", 200, "items */3", 0),
        ("&offset=99&limit=5", 200, "items */3", 0),
        ("&limit=0", 200, "items */3", 0),
    ):
        answer = server.client.get(url + window)
        assert answer.status_code == status, window
        assert answer.headers.get("content-range") == span, window
        assert len(shown(answer, status)) == count
        assert answer.headers["x-total-count"] == "3"
        assert answer.headers["x-result-count"] == str(count)


@pytest.mark.rule("R-610")
@each()
def test_a_range_header_asks_for_a_page(case: Case, server: Server) -> None:
    url, made = marked(server, case, 3)
    answer = server.client.get(url, headers={"Range": "items=2-3"})
    assert answer.status_code == 206
    assert ids(answer) == made[1:]
    assert answer.headers["content-range"] == "items 2-3/3"
    assert ids(server.client.get(url, headers={"Range": "bytes=0-1"})) == made
    refused(server.client.get(url, headers={"Range": "items=0-1"}), 400, "33", "Range")


@pytest.mark.rule("R-605", "R-609")
@each()
def test_a_page_of_a_filtered_sorted_and_narrowed_list(case: Case, server: Server) -> None:
    url, made = marked(server, case, 3)
    answer = server.client.get(f"{url}&sort=-id&fields=none&offset=1&limit=1")
    assert ids(answer) == sorted(made, reverse=True)[1:2]
    for link in links(answer).values():
        assert query_of(link).startswith(f"{url.partition('?')[2]}&sort=-id&fields=none&offset=")


@pytest.mark.rule("R-615")
@each()
def test_cursors_are_accepted_everywhere(case: Case, server: Server) -> None:
    declared = case.resource.cursors
    url, made = marked(server, case, 4)
    answer = server.client.get(f"{url}&limit=2")
    following = query_of(links(answer)["next"])
    assert ("after=" in following) == declared
    if not declared:
        return
    second = server.client.get(links(answer)["next"])
    assert ids(second) == made[2:]
    assert "next" not in links(second) or ids(server.client.get(links(second)["next"])) == []
    back = server.client.get(links(second)["prev"])
    assert ids(back) == made[:2]
    refused(server.client.get(links(answer)["next"] + "&offset=1"), 400, "33")


@pytest.mark.rule("R-615", "R-604")
def test_a_cursor_keeps_its_place_when_the_collection_changes(server: Server) -> None:
    c = case("TMF639-v5/resource")
    url, made = marked(server, c, 4)
    mark = url.rpartition("=")[2]
    answer = server.client.get(f"{url}&limit=2&sort=x-mark")
    server.client.delete(c.item(made[0]))
    later = server.make(c, **{"x-mark": mark})["id"]
    assert ids(server.client.get(links(answer)["next"])) == made[2:]
    rest = server.client.get(links(answer)["next"].replace("limit=2", "limit=9"))
    assert ids(rest) == [*made[2:], later]


@pytest.mark.rule("R-606", "R-613")
def test_the_default_limit_cuts_an_unpaged_list(start) -> None:
    server = start(default_limit=2, max_limit=3)
    c = case("TMF629-v4/customer")
    url, made = marked(server, c, 5)
    answer = server.client.get(url)
    assert (answer.status_code, ids(answer)) == (200, made[:2])
    assert answer.headers["x-total-count"] == "5"
    assert "content-range" not in answer.headers
    assert ids(server.client.get(links(answer)["next"])) == made[2:4]
    lowered = server.client.get(f"{url}&limit=100")
    assert (lowered.status_code, ids(lowered)) == (206, made[:3])


@pytest.mark.rule("R-606")
def test_a_default_limit_of_nought_means_all(start) -> None:
    server = start(default_limit=0)
    c = case("TMF629-v4/customer")
    made = server.make_some(c, 101)
    answer: httpx.Response = server.client.get(c.path)
    assert (answer.status_code, ids(answer)) == (200, made)
    assert "link" not in answer.headers
