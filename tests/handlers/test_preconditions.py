"""Entity tags and conditions on them (R-112, D15)."""

import re
import time
from email.utils import parsedate_to_datetime

import httpx
import pytest

from tests.handlers.asking import at_present, refused, shown
from tests.handlers.facts import ALL, Case, creatable, deletable, each, patchable
from tests.handlers.serving import Server

STRONG = re.compile(r'"[^"-]+"')
MERGE = "application/merge-patch+json"


def tag_of(server: Server, url: str) -> str:
    return server.client.get(url).headers["etag"]


@pytest.mark.rule("R-112")
@each()
def test_an_unchanged_resource_is_not_sent_again(case: Case, server: Server) -> None:
    url = case.item(server.make(case)["id"])
    first = server.client.get(url)
    tag = first.headers["etag"]
    assert STRONG.fullmatch(tag)
    for named in (tag, f'"other", {tag}', f"W/{tag}", "*"):
        for method in ("GET", "HEAD"):
            answer = server.client.request(method, url, headers={"If-None-Match": named})
            assert (answer.status_code, answer.content) == (304, b"")
            assert answer.headers["etag"] == tag
            assert answer.headers["last-modified"] == first.headers["last-modified"]
            assert "content-type" not in answer.headers
    for named in ('"other"', "", "other"):
        assert server.client.get(url, headers={"If-None-Match": named}).content == first.content


@pytest.mark.rule("R-112")
@each()
def test_another_shape_has_another_tag_of_the_same_revision(case: Case, server: Server) -> None:
    id = server.make(case)["id"]
    url = case.item(id)
    tag = tag_of(server, url)
    other = [url + "?fields=id", url + "?fields=none", *(f"{path}/{id}" for path in case.aliases)]
    tags = [tag_of(server, each) for each in other]
    assert len({tag, *tags}) == len(tags) + 1
    assert {each.strip('"').partition("-")[0] for each in tags} == {tag.strip('"')}
    same = tag_of(server, url + "?fields=%20id"), tag_of(server, url + "?fields=id,id")
    assert set(same) == {tags[0]}
    for each_url, each_tag in zip(other, tags, strict=True):
        unchanged = server.client.get(each_url, headers={"If-None-Match": each_tag})
        assert unchanged.status_code == 304
        assert server.client.get(each_url, headers={"If-None-Match": tag}).status_code == 200
    assert tag_of(server, url) == tag


@pytest.mark.rule("R-112")
@each(patchable)
def test_a_writer_that_saw_the_latest_may_write(case: Case, server: Server) -> None:
    id = server.make(case)["id"]
    url = case.item(id)
    for number, sight in enumerate((url, url + "?fields=none", url)):
        tag = tag_of(server, sight)
        headers = {"If-Match": f'"older", {tag}', "Content-Type": MERGE}
        answer = server.client.patch(url, json={"x-n": number}, headers=headers)
        assert shown(answer)["x-n"] == number
        assert answer.headers["etag"] == tag_of(server, url) != tag
    anything = server.client.patch(url, json={"x-n": 9}, headers={"If-Match": "*"})
    assert shown(anything)["x-n"] == 9


@pytest.mark.rule("R-112", "R-207", "R-210")
@each(patchable)
def test_a_writer_that_saw_an_older_state_is_refused(case: Case, server: Server) -> None:
    url = case.item(server.make(case)["id"])
    old = tag_of(server, url)
    new = server.client.patch(url, json={"x-n": 1})
    now = new.headers["etag"]
    for named in (old, '"other"', f"W/{now}", "", "x"):
        headers = {"If-Match": named, "Content-Type": MERGE}
        answer = server.client.patch(url, json={"x-n": 2}, headers=headers)
        refused(answer, 412, "74", "If-Match")
        assert answer.headers["etag"] == now
        if case.offers("DELETE"):
            refused(server.client.delete(url, headers={"If-Match": named}), 412, "74")
    assert server.client.get(url).content == new.content


@pytest.mark.rule("R-112", "R-815")
@each(deletable)
def test_a_delete_may_be_conditional(case: Case, server: Server) -> None:
    url = case.item(server.make(case)["id"])
    answer = server.client.delete(url, headers={"If-Match": tag_of(server, url)})
    assert answer.status_code == 204
    refused(server.client.delete(url, headers={"If-Match": "*"}), 404, "60")


@pytest.mark.rule("R-112")
@each(patchable)
def test_a_tag_is_never_used_twice(case: Case, server: Server) -> None:
    url = case.item(server.make(case)["id"])
    start = server.client.get(url)
    seen = [start.headers["etag"]]
    for patch in ({"x-n": 1}, {"x-n": None}, {"x-n": 1}, {"x-n": None}):
        seen.append(server.client.patch(url, json=patch).headers["etag"])
    assert len(set(seen)) == len(seen)
    touched = {"lastUpdate", "alarmChangedTime"}
    now: httpx.Response = server.client.get(url)
    for before, after in [(at_present(start.json()), at_present(now.json()))]:
        assert {n: v for n, v in before.items() if n not in touched} == {
            n: v for n, v in after.items() if n not in touched
        }


@pytest.mark.rule("R-112")
def test_no_change_is_told_with_a_date_before_it(server: Server) -> None:
    """RFC 9110, section 8.8.2.1, over the second that a clock may lag behind."""
    some = next(case for case in ALL if creatable(case))
    until = time.monotonic() + 1.2
    while time.monotonic() < until:
        told = server.client.post(some.path, json=some.create_body()).headers
        assert parsedate_to_datetime(told["last-modified"]) <= parsedate_to_datetime(told["date"])
