"""Queries about what a resource does not declare are legal; one that finds nothing has a hint."""

import httpx
import pytest

from tests.handlers.asking import refused, shown
from tests.handlers.conftest import Start
from tests.handlers.facts import Case, each, one_per_api
from tests.handlers.serving import Server
from tmf_apis.settings import Settings, read_settings

STRICT = frozenset({"parameters"})


def hints(answer: httpx.Response) -> list[str]:
    return answer.headers.get_list("tmf-hint")


@pytest.mark.rule("R-209", "R-416")
@each(one_per_api(lambda case: "name" in case.resource.attributes.children))
def test_a_query_that_finds_nothing_says_what_is_near(case: Case, server: Server) -> None:
    server.make(case)
    for raw in ("nmae=Maren", "name=nobody&nmae=Maren", "filter=$[?(@.nmae=='Maren')]"):
        for more in ("", "&limit=0", "&offset=3"):
            answer = server.client.get(f"{case.path}?{raw}{more}")
            assert shown(answer) == []
            [hint] = hints(answer)
            kind = case.resource.schema.partition("_")[0]
            told = f"nmae: {kind} declares no such attribute; the nearest is name."
            assert hint == told
    assert len(hints(server.client.head(f"{case.path}?nmae=Maren"))) == 1
    [hint] = hints(server.client.get(f"{case.path}?name!=Maren"))
    assert hint.startswith("name!: ") and "name.ne=" in hint
    [hint] = hints(server.client.get(f"{case.path}?page=2"))
    assert hint.startswith("page: ") and "offset" in hint


@pytest.mark.rule("R-416", "R-1105")
@each(one_per_api(lambda case: "name" in case.resource.attributes.children))
def test_a_query_that_finds_something_says_nothing(case: Case, server: Server) -> None:
    made = server.make(case, nmae="Maren")
    for raw in ("nmae=Maren", f"nmae=Maren&id={made['id']}&offset=1", f"id={made['id']}"):
        answer = server.client.get(f"{case.path}?{raw}")
        assert answer.headers["x-total-count"] != "0"
        assert hints(answer) == []
    declared = server.client.get(f"{case.path}?name=nobody&id=nobody&@type=None")
    assert (shown(declared), hints(declared)) == ([], [])


@pytest.mark.rule("R-416")
@each(one_per_api(lambda case: "name" in case.resource.attributes.children))
def test_a_strict_server_refuses_it(case: Case, start: Start) -> None:
    client = start(strict=STRICT).client
    for raw in ("nmae=Maren", "filter=$[?(@.nmae=='Maren')]"):
        refused(client.get(f"{case.path}?{raw}"), 400, "30", "nmae: ")
    refused(client.get(f"{case.path}?name!=Maren"), 400, "30", "name.ne=")
    refused(client.get(f"{case.path}?page=2"), 400, "30", "offset")
    refused(client.get(f"{case.path}?sort=-nmae"), 400, "32", "nearest is name")
    for raw in ("name=Maren&sort=-name&limit=2", "_=1&access_token=x", "fields=nmae"):
        assert client.get(f"{case.path}?{raw}").status_code == 200


@each(one_per_api(lambda case: case.offers("GET")))
def test_some_parameters_are_no_filters(case: Case, start: Start, server: Server) -> None:
    made = server.make(case)
    for raw in ("_=17", "access_token=a==", "api_key=~x", "apikey", "API_KEY=x", "apiKey=1&_=2"):
        answer = server.client.get(f"{case.path}?{raw}&id={made['id']}")
        assert (shown(answer), hints(answer)) == ([made], []), raw
    assert shown(server.client.get(f"{case.path}?_.eq=17&id={made['id']}")) == []
    assert shown(server.client.get(f"{case.path}?token=17&id={made['id']}")) == []
    other = start(ignored_parameters=("token",))
    made = other.make(case)
    assert shown(other.client.get(f"{case.path}?Token=17&id={made['id']}")) == [made]
    assert shown(other.client.get(f"{case.path}?_=17&id={made['id']}")) == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", ("_", "access_token", "api_key", "apikey")),
        ("token, Trace", ("token", "trace")),
        (",", ()),
    ],
)
def test_the_names_of_the_setting(text: str, names: tuple[str, ...]) -> None:
    assert read_settings({"TMF_IGNORED_PARAMETERS": text}).ignored_parameters == names
    assert Settings().ignored_parameters == ("_", "access_token", "api_key", "apikey")
