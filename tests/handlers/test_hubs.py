"""The listener registry: register, show and remove (R-1001..R-1008, D18)."""

from uuid import uuid4

import httpx
import pytest

from handlers.notifications.announced import announced_by
from tests.handlers.asking import refused, shown
from tests.handlers.conftest import Start
from tests.handlers.facts import APIS, case
from tests.handlers.serving import Server
from tmf_apis.spec.model import ApiSpec

each_api = pytest.mark.parametrize("api", APIS, ids=lambda api: f"{api.number}-{api.major}")
QUERIES = [
    "eventType={0}",
    "eventType={0},{1}&event.productOrder.state=completed",
    "eventType.in={0};eventType={1}",
    "event.alarm.perceivedSeverity=critical;event.alarm.state=cleared",
    "?eventTime.gt=2026-01-01T00:00:00Z&fields=eventType,event",
    "$[?(@.eventType=='{0}')]",
    "eventType.regex=Nonsense",
    "eventType.ne=Nonsense",
    "eventType",
]


def kinds(api: ApiSpec) -> list[str]:
    """The kinds of event an API raises."""
    return sorted(announced_by(api).types.raised)


def callback() -> str:
    return f"https://listener.example.com/{uuid4().hex[:16]}"


def register(client: httpx.Client, api: ApiSpec, **body: object) -> httpx.Response:
    typed = {"@type": "Hub"} if api.major == "v5" else {}
    return client.post(f"{api.base_path}/hub", json={**typed, **body})


@pytest.mark.rule("R-140", "R-1001", "R-1002")
@each_api
def test_registers(api: ApiSpec, server: Server) -> None:
    url, query = callback(), f"eventType={kinds(api)[0]}"
    for given in ({"callback": url}, {"callback": url, "query": query}):
        answer = register(server.client, api, **given)
        made = shown(answer, 201)
        href = f"{server.url}{api.base_path}/hub/{made['id']}"
        assert answer.headers["location"] == href
        more = {"href": href, "@type": "Hub"} if api.major == "v5" else {}
        assert made == {"id": made["id"], **given, **more}


@pytest.mark.rule("R-1002")
@each_api
def test_a_registration_needs_no_type(api: ApiSpec, server: Server) -> None:
    answer = server.client.post(f"{api.base_path}/hub", json={"callback": callback()})
    assert ("@type" in shown(answer, 201)) == (api.major == "v5")


@pytest.mark.rule("R-1001")
@each_api
def test_what_a_registration_does_not_use_is_ignored(api: ApiSpec, server: Server) -> None:
    url = callback()
    unused = {"id": 7, "href": None, "x-new": {"a": [1]}}
    if api.major == "v4":
        unused |= {"@type": 7, "@baseType": ["x"], "@schemaLocation": {"a": 1}}
    made = shown(register(server.client, api, callback=url, **unused), 201)
    assert made["callback"] == url and made["id"] != 7
    assert made.keys() <= {"id", "href", "callback", "@type"}


@pytest.mark.rule("R-1003", "R-1004")
@each_api
def test_reads_and_removes(api: ApiSpec, server: Server) -> None:
    made = shown(register(server.client, api, callback=callback()), 201)
    url = f"{api.base_path}/hub/{made['id']}"
    assert shown(server.client.get(url)) == made
    assert server.client.head(url).status_code == 200
    assert made in shown(server.client.get(f"{api.base_path}/hub"))
    allowed = ["GET", "HEAD", "DELETE", "OPTIONS"]
    answer = server.client.patch(url, json={})
    refused(answer, 405, "62")
    assert answer.headers["allow"].split(", ") == allowed
    assert server.client.options(url).headers["allow"].split(", ") == allowed
    assert server.client.delete(url).status_code == 204
    refused(server.client.delete(url), 404, "60", made["id"])
    refused(server.client.get(url), 404, "60", made["id"])
    assert made not in shown(server.client.get(f"{api.base_path}/hub"))
    other = server.client.patch(f"{api.base_path}/hub", json={})
    refused(other, 405, "62")
    assert other.headers["allow"].split(", ") == ["GET", "HEAD", "POST", "OPTIONS"]


@pytest.mark.rule("R-1004")
def test_registrations_are_listed_page_by_page(start: Start) -> None:
    server, api = start(max_limit=2), case("TMF622-v5/productOrder").api
    hub = f"{api.base_path}/hub"
    assert shown(server.client.get(hub)) == []
    made = [shown(register(server.client, api, callback=callback()), 201) for _ in range(3)]
    page = server.client.get(hub, params={"limit": 2})
    assert shown(page, 206) == made[:2]
    assert page.headers["x-total-count"] == "3"
    assert page.headers["content-range"] == "items 1-2/3"
    assert f'<{server.url}{hub}?offset=2&limit=2>; rel="next"' in page.headers["link"]
    assert shown(server.client.get(hub, params={"offset": 2}), 206) == made[2:]
    assert shown(server.client.get(hub, headers={"Range": "items=2-2"}), 206) == made[1:2]
    for query in ("callback=x", "fields=id", "sort=id", "filter=$.id"):
        refused(server.client.get(f"{hub}?{query}"), 400, "30", "offset and limit")
    refused(server.client.get(f"{hub}?limit=x"), 400, "33", "limit")


@pytest.mark.rule("R-1004")
def test_what_may_be_a_secret_is_shown_to_who_registers_only(start: Start) -> None:
    server = start(development=True, delivery_timeout=1, retry_for=0)
    api = case("TMF622-v5/productOrder").api
    path = uuid4()
    url = f"https://me:pass@x.example/{path}?token=s3cret"
    made = register(server.client, api, callback=url)
    assert shown(made, 201)["callback"] == url
    hub = f"{api.base_path}/hub"
    one = shown(server.client.get(f"{hub}/{made.json()['id']}"))
    assert one["callback"] == f"https://***@x.example/{path}?token=***"
    listed = {each["id"]: each for each in shown(server.client.get(hub))}
    assert listed[one["id"]] == one | {
        "callback": f"https://***@x.example/{str(path)[:4]}***?token=***"
    }
    for answer in (server.client.get(hub), server.client.get("/events/state")):
        assert "s3cret" not in answer.text
        assert "pass" not in answer.text


@pytest.mark.rule("R-1005", "R-1006")
@each_api
def test_the_same_registration_twice_is_a_conflict(api: ApiSpec, server: Server) -> None:
    url = callback()
    made = shown(register(server.client, api, callback=url), 201)
    for given in ({}, {"query": ""}, {"query": None}, {"@type": None}):
        refused(register(server.client, api, callback=url, **given), 409, "70", made["id"])
    assert register(server.client, api, callback=url, query="eventType").status_code == 201
    server.client.delete(f"{api.base_path}/hub/{made['id']}")
    assert register(server.client, api, callback=url).status_code == 201


@pytest.mark.rule("R-1007", "R-1008")
@pytest.mark.parametrize("query", QUERIES)
@each_api
def test_understands_queries(api: ApiSpec, query: str, server: Server) -> None:
    query = query.format(*kinds(api))
    made = shown(register(server.client, api, callback=callback(), query=query), 201)
    assert made["query"] == query


@pytest.mark.rule("R-1007")
@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("eventType.regex=(", "30"),
        ("a..b=1", "30"),
        ("$[?(", "31"),
        ("fields=a..b", "34"),
        ("eventType.like=Alarm*", "30"),
        ("eventTime.gt=yesterday", "30"),
        ("limit=5", "30"),
        ("sort=eventTime", "30"),
    ],
)
@each_api
def test_refuses_malformed_queries(
    api: ApiSpec, query: str, code: str, client: httpx.Client
) -> None:
    refused(register(client, api, callback=callback(), query=query), 400, code)


@pytest.mark.rule("R-1007", "R-1012")
@pytest.mark.parametrize(
    "query",
    ["eventType={0}", "eventType={1},{0}", "eventType.in={1},{0}", "eventType={1};eventType={0}",
     "$[?(@.eventType=='{0}')]"],
)  # fmt: skip
@each_api
def test_refuses_a_kind_of_event_that_is_none_and_names_the_nearest(
    api: ApiSpec, query: str, client: httpx.Client
) -> None:
    known = kinds(api)[0]
    for wrong in (f"{known}s", known.swapcase(), known.replace("Event", "Notification")):
        asked = query.format(wrong, known)
        answer = register(client, api, callback=callback(), query=asked)
        refused(answer, 400, "30", wrong)
        assert known in answer.json()["message"]


@pytest.mark.rule("R-1007")
def test_a_kind_that_is_defined_but_never_raised_is_hinted_at(server: Server) -> None:
    api, kind = case("TMF639-v4/resource").api, "PhysicalResourceCreateEvent"
    answer = register(server.client, api, callback=callback(), query=f"eventType={kind}")
    assert answer.status_code == 201
    assert answer.headers["tmf-hint"] == (
        f"/query {kind} is an event of the file that this server never raises."
    )


@pytest.mark.rule("R-1007")
@pytest.mark.parametrize(
    ("query", "hint"),
    [
        ("event.productOrder.state=held&title=x&domain=y&event.productOrder.note.text", ""),
        ("filter=$[?(@.event.productOrder.id=='1')]&fields=nmae", ""),
        (
            "event.productOrder.staet=held",
            "/query event.productOrder.staet: an event of TMF622 declares no such attribute; the"
            " nearest is event.productOrder.state.",
        ),
        (
            "event.productOrder.state!=held",
            "/query event.productOrder.state!: an event of TMF622 declares no such attribute; for"
            " what is not equal write event.productOrder.state.ne=.",
        ),
        (
            "EventType=ProductOrderCreateEvent",
            "/query EventType: an event of TMF622 declares no such attribute; the nearest is"
            " eventType.",
        ),
    ],
)
@pytest.mark.parametrize("api", [api for api in APIS if api.number == "TMF622"], ids=["v4", "v5"])
def test_names_that_no_event_declares_are_hinted_at(
    api: ApiSpec, query: str, hint: str, client: httpx.Client
) -> None:
    answer = register(client, api, callback=callback(), query=query)
    assert answer.status_code == 201, answer.text
    assert answer.headers.get("tmf-hint", "") == hint


@pytest.mark.rule("R-1001")
@pytest.mark.parametrize(
    ("body", "hint"),
    [
        ({"qeury": "id=1"}, "/qeury is not used; the nearest member is query."),
        ({"Query": "id=1"}, "/Query is not used; the nearest member is query."),
        ({"secret": "s"}, "/secret is not used; the nearest member is x-secret."),
        ({"id": "1", "href": "x", "owner": "me", "query": ""}, ""),
    ],
)
@each_api
def test_a_member_that_is_not_used_is_hinted_at_when_it_is_near_one_that_is(
    api: ApiSpec, body: dict[str, str], hint: str, client: httpx.Client
) -> None:
    answer = register(client, api, callback=callback(), **body)
    assert answer.status_code == 201, answer.text
    assert answer.headers.get("tmf-hint", "") == hint


@pytest.mark.rule("R-1001")
@each_api
def test_a_missing_callback_is_told_with_the_member_that_may_be_it(
    api: ApiSpec, client: httpx.Client
) -> None:
    near = 'Missing data for required field, perhaps misspelt as "calback".'
    for body, said in (
        ({"calback": callback()}, f"/callback: {near}"),
        ({"url": callback()}, "/callback: Missing data for required field."),
    ):
        assert refused(register(client, api, **body), 400, "21")["message"] == said


@pytest.mark.rule("R-1001", "R-710")
@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "21"),
        ({"callback": None}, "21"),
        ({"callback": ""}, "21"),
        ({"callback": 1}, "21"),
        ({"callback": "https://x.example", "query": 1}, "21"),
        ([], "21"),
        ({"callback": "listener"}, "37"),
        ({"callback": "/listener"}, "37"),
        ({"callback": "ftp://x.example/"}, "37"),
        ({"callback": "file:///etc/passwd"}, "37"),
        ({"callback": "http://"}, "37"),
        ({"callback": "http://x.example/a b"}, "37"),
        ({"callback": "http://x.example:99999/"}, "37"),
        ({"callback": "http://[::1"}, "37"),
        ({"callback": "http://xn--/"}, "37"),
    ],
)
@each_api
def test_refuses_what_is_no_registration(
    api: ApiSpec, body: object, code: str, client: httpx.Client
) -> None:
    refused(client.post(f"{api.base_path}/hub", json=body), 400, code)


@pytest.mark.rule("R-110")
@each_api
def test_refuses_other_media_types(api: ApiSpec, client: httpx.Client) -> None:
    headers = {"Content-Type": "text/plain"}
    refused(client.post(f"{api.base_path}/hub", content="x", headers=headers), 415, "76")


@pytest.mark.rule("R-111", "R-1001")
@pytest.mark.parametrize("api", [api for api in APIS if api.aliases], ids=lambda api: api.base_path)
def test_an_alias_has_the_same_registry(api: ApiSpec, server: Server) -> None:
    url = callback()
    for alias in api.aliases:
        made = server.client.post(f"{alias}/hub/", json={"callback": url})
        assert made.headers["location"] == f"{server.url}{alias}/hub/{shown(made, 201)['id']}"
        refused(register(server.client, api, callback=url), 409, "70")
        other = f"{api.base_path}/hub/{made.json()['id']}"
        assert server.client.delete(other).status_code == 204


@pytest.mark.rule("R-1005")
def test_an_api_takes_so_many_subscriptions(start: Start) -> None:
    server = start(max_subscriptions=2)
    api, other = case("TMF622-v5/productOrder").api, case("TMF622-v4/productOrder").api
    made = [shown(register(server.client, api, callback=callback()), 201) for _ in range(2)]
    refused(register(server.client, api, callback=callback()), 409, "78", "takes 2 subscriptions")
    assert register(server.client, other, callback=callback()).status_code == 201
    server.client.delete(f"{api.base_path}/hub/{made[0]['id']}")
    assert register(server.client, api, callback=callback()).status_code == 201
