"""GET and HEAD of one resource (R-108, R-209, R-3xx)."""

import httpx
import pytest

from tests.handlers.asking import names_of, refused, shown
from tests.handlers.facts import Case, each
from tests.handlers.serving import Server

#: What v5 always shows beside id and href (R-305).
TYPED = {"v4": set(), "v5": {"@type"}}


@pytest.mark.rule("R-101", "R-102", "R-106", "R-112", "R-201", "R-302")
@each()
def test_shows_the_whole_resource(case: Case, server: Server) -> None:
    made = server.make(case)
    answer = server.client.get(case.item(made["id"]))
    assert shown(answer) == made
    assert made["href"] == f"{server.url}{case.path}/{made['id']}"
    assert names_of(answer) == {
        "content-type", "content-length", "date", "etag", "last-modified",
    }  # fmt: skip


@pytest.mark.rule("R-108")
@each()
def test_head_answers_with_the_headers_of_get_alone(case: Case, server: Server) -> None:
    url = case.item(server.make(case)["id"])
    head, get = server.client.head(url), server.client.get(url)
    assert head.status_code == 200
    assert head.content == b""
    for name in ("content-type", "content-length", "etag", "last-modified"):
        assert head.headers[name] == get.headers[name]
    missing = server.client.head(case.item("nobody"))
    assert (missing.status_code, missing.content) == (404, b"")


@pytest.mark.rule("R-209", "R-205")
@each()
def test_knows_nothing_of_an_unknown_id(case: Case, client: httpx.Client) -> None:
    url = case.item("nobody")
    refused(client.get(url), 404, "60", "nobody")
    if case.offers("DELETE"):
        refused(client.delete(url), 404, "60", "nobody")
    if case.offers("PATCH"):
        refused(client.patch(url, json=case.patch_body()), 404, "60", "nobody")


@pytest.mark.rule("R-301", "R-304", "R-305", "R-306")
@each()
def test_shows_the_selected_attributes_in_their_order(case: Case, server: Server) -> None:
    made = server.make(case)
    names = [name for name in made if name not in ("id", "href", "@type")]
    wanted = {names[-1], names[0]}
    asked = f"{names[-1]}, {names[0]},neverHeardOf"
    answer = server.client.get(case.item(made["id"]), params={"fields": asked})
    always = {"id", "href"} | TYPED[case.api.major]
    expected = {name: value for name, value in made.items() if name in wanted | always}
    assert list(shown(answer).items()) == list(expected.items())


@pytest.mark.rule("R-301")
@each()
def test_can_select_every_attribute_there_is(case: Case, server: Server) -> None:
    made = server.make(case)
    for name in made.keys() - {"id", "href", "@type"}:
        got = shown(server.client.get(case.item(made["id"]), params={"fields": name}))
        assert got.keys() == {"id", "href", name} | TYPED[case.api.major]
        assert got[name] == made[name]


@pytest.mark.rule("R-303", "R-305")
@each()
def test_fields_none_leaves_who_and_where(case: Case, server: Server) -> None:
    made = server.make(case)
    always = {"id", "href"} | TYPED[case.api.major]
    expected = {name: value for name, value in made.items() if name in always}
    assert shown(server.client.get(case.item(made["id"]) + "?fields=none")) == expected
    listed = server.client.get(case.path, params={"id": made["id"], "fields": "none"})
    assert shown(listed) == [expected]


@pytest.mark.rule("R-302")
@each()
def test_an_empty_selection_is_none(case: Case, server: Server) -> None:
    made = server.make(case)
    for raw in ("?fields=", "?fields", "?", "?other=1"):
        assert shown(server.client.get(case.item(made["id"]) + raw)) == made


@pytest.mark.rule("R-308")
@each()
def test_refuses_a_broken_selection(case: Case, server: Server) -> None:
    made = server.make(case)
    for url in (case.item(made["id"]), case.path):
        refused(server.client.get(url, params={"fields": "a..b"}), 400, "34")
        refused(server.client.get(url, params={"fields": "note[?(@.author=='x'"}), 400, "31")
