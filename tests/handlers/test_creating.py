"""POST: a new resource, completed by the server (section 7)."""

from uuid import uuid4

import httpx
import pytest

from tests.handlers.asking import at_present, names_of, refused, shown
from tests.handlers.completion import TOUCHED, completed
from tests.handlers.facts import LONG_AGO, Case, creatable, each
from tests.handlers.serving import Server

#: Times of change that a client may tell of a new resource (R-642-04).
TOLD = frozenset({"alarmChangedTime"})
UNKNOWN = {"x-count": 3, "xTree": {"b": [1, {"a": None}], "a": "é"}, "": "nameless"}


@pytest.mark.rule("R-103", "R-104", "R-106", "R-201", "R-701", "R-702", "R-705", "R-706", "R-709")
@each(creatable)
def test_answers_with_the_whole_resource_and_where_it_is(case: Case, server: Server) -> None:
    body = case.create_body()
    answer = server.client.post(case.path, json=body)
    made = shown(answer, 201)
    url = f"{server.url}{case.path}/{made['id']}"
    assert answer.headers["location"] == url
    assert names_of(answer) == {
        "content-type", "content-length", "date", "etag", "last-modified", "location",
    }  # fmt: skip
    assert at_present(made) == completed(case, body, made["id"], url)
    assert list(made)[:2] == ["id", "href"]
    assert [name for name in made if name in body] == list(body)
    read = server.client.get(url)
    assert read.content == answer.content
    assert read.headers["etag"] == answer.headers["etag"]


@pytest.mark.rule("R-708")
@each(lambda case: case.creatable and case.chooses_id)
def test_takes_the_id_a_client_chooses(case: Case, client: httpx.Client) -> None:
    id = f"chosen {uuid4()}"
    body = case.create_body(id=id, version="1")
    first = client.post(case.path, json=body)
    assert shown(first, 201)["id"] == id
    assert first.headers["location"].endswith("/" + id.replace(" ", "%20"))
    refused(client.post(case.path, json=body), 409, "70", id)
    assert client.get(case.item(id)).content == first.content


@pytest.mark.rule("R-704", "R-708")
@each(lambda case: case.creatable and not case.chooses_id)
def test_chooses_the_id_where_the_file_leaves_it_out(case: Case, client: httpx.Client) -> None:
    made = shown(client.post(case.path, json=case.create_body(id="mine")), 201)
    assert made["id"] != "mine"
    refused(client.get(case.item("mine")), 404, "60")


@pytest.mark.rule("R-104", "R-704")
@each(creatable)
def test_ignores_a_sent_href(case: Case, server: Server) -> None:
    body = case.create_body(href="http://elsewhere.example/42")
    made = shown(server.client.post(case.path, json=body), 201)
    assert made["href"] == f"{server.url}{case.path}/{made['id']}"
    assert list(made)[:2] == ["id", "href"]


@pytest.mark.rule("R-704", "R-705", "R-902", "R-906")
@each(creatable)
def test_keeps_what_is_the_servers_from_the_client(case: Case, client: httpx.Client) -> None:
    declared = set(case.resource.attributes.children)
    owned = declared - case.resource.creatable - {"id", "href"}
    plain = shown(client.post(case.path, json=case.create_body()), 201)
    body = case.create_body() | {name: {"from": "the client"} for name in owned}
    if case.resource.is_task:
        body |= {"state": "done"} if "state" in declared else {"status": "Succeeded"}
    name = TOUCHED.get(case.api.number)
    if name in declared - set(case.resource.mandatory) and name not in TOLD:
        body[name] = LONG_AGO
    made = shown(client.post(case.path, json=body), 201)
    own = ("id", "href")
    assert {n: v for n, v in at_present(made).items() if n not in own} == {
        n: v for n, v in at_present(plain).items() if n not in own
    }


@pytest.mark.rule("R-642-04")
@each(lambda case: case.resource.name == "alarm")
def test_an_alarm_may_say_when_it_changed(case: Case, client: httpx.Client) -> None:
    said = case.create_body(alarmChangedTime=LONG_AGO)
    assert shown(client.post(case.path, json=said), 201)["alarmChangedTime"] == LONG_AGO
    silent = {n: v for n, v in case.create_body().items() if n != "alarmChangedTime"}
    assert shown(client.post(case.path, json=silent), 201)["alarmChangedTime"] > LONG_AGO


@pytest.mark.rule("R-1103", "R-1105")
@each(creatable)
def test_keeps_unknown_attributes(case: Case, client: httpx.Client) -> None:
    made = shown(client.post(case.path, json=case.create_body(**UNKNOWN)), 201)
    assert {name: made[name] for name in UNKNOWN} == UNKNOWN
    assert client.get(case.item(made["id"])).json() == made


@pytest.mark.rule("R-1207")
@each(creatable)
def test_null_is_as_good_as_absent(case: Case, client: httpx.Client) -> None:
    body = case.create_body()
    optional = set(case.resource.attributes.children) - body.keys() - {"version"}
    made = shown(client.post(case.path, json=body | dict.fromkeys(optional)), 201)
    plain = shown(client.post(case.path, json=body), 201)
    assert None not in made.values()
    assert set(made) == set(plain)


@pytest.mark.rule("R-309")
@each(creatable)
def test_shows_the_selected_attributes_only(case: Case, client: httpx.Client) -> None:
    name = list(case.create_body())[-1]
    answer = client.post(case.path, params={"fields": name}, json=case.create_body())
    made = shown(answer, 201)
    always = {"id", "href", "@type"} if case.api.major == "v5" else {"id", "href"}
    assert set(made) == {name} | always
    assert answer.headers["location"] == made["href"]
    assert made.items() <= client.get(case.item(made["id"])).json().items()
