"""GET of a collection: filter, sort and select, for every resource (sections 3 to 6)."""

from uuid import uuid4

import httpx
import pytest

from tests.handlers.asking import ids, refused, shown
from tests.handlers.facts import Case, each, one_per_api
from tests.handlers.serving import Server


@pytest.mark.rule("R-201", "R-417", "R-607", "R-608")
@each()
def test_a_search_for_an_id_answers_with_a_list(case: Case, server: Server) -> None:
    made = server.make(case)
    answer = server.client.get(case.path, params={"id": made["id"]})
    assert shown(answer) == [made]
    assert answer.status_code == 200
    assert answer.headers["x-total-count"] == answer.headers["x-result-count"] == "1"
    assert "content-range" not in answer.headers
    assert "etag" not in answer.headers


@pytest.mark.rule("R-209", "R-416", "R-607")
@each()
def test_no_match_is_an_empty_list(case: Case, client: httpx.Client) -> None:
    for raw in ("?id=nobody", "?neverHeardOf=1", "?neverHeardOf.deeper=1"):
        answer = client.get(case.path + raw)
        assert shown(answer) == []
        assert answer.headers["x-total-count"] == answer.headers["x-result-count"] == "0"


@pytest.mark.rule("R-108", "R-614")
@each()
def test_head_counts(case: Case, server: Server) -> None:
    made = server.make(case)
    answer = server.client.head(case.path, params={"id": made["id"]})
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["x-total-count"] == "1"


@pytest.mark.rule("R-401", "R-402", "R-413", "R-414")
@each()
def test_every_first_level_scalar_is_filterable(case: Case, server: Server) -> None:
    made = server.make(case)
    for name, value in made.items():
        if isinstance(value, dict | list) or name == "href":
            continue
        text = str(value).lower() if isinstance(value, bool) else str(value)
        hit = server.client.get(case.path, params={"id": made["id"], name: text})
        assert shown(hit) == [made], name
        miss = server.client.get(case.path, params={"id": made["id"], name: text + "0"})
        assert shown(miss) == [], name


@pytest.mark.rule("R-403", "R-404", "R-405")
@each()
def test_alternatives(case: Case, server: Server) -> None:
    one, two, three = server.make_some(case, 3)
    for raw in (
        f"id={one},{three}",
        f"id={one}&id={three}",
        f"id={one};id={three}",
        f"id={one};{three}",
        f"id={one}&id.ne={two};id={three}",
    ):
        assert ids(server.client.get(f"{case.path}?{raw}")) == [one, three], raw


@pytest.mark.rule("R-406", "R-407", "R-409", "R-418")
@each()
def test_operators(case: Case, server: Server) -> None:
    mark = uuid4().hex
    made = [server.make(case, **{"x-mark": mark, "x-count": n})["id"] for n in (1, 2, 3)]
    for raw, wanted in {
        "x-count.gt=1&x-count.lt=3": made[1:2],
        "x-count.gte=2": made[1:],
        "x-count.lte=2": made[:2],
        "x-count%3E1": made[1:],
        "x-count>1": made[1:],
        "x-count%3E%3D3": made[2:],
        "x-count%3C2": made[:1],
        "x-count%3C%3D1": made[:1],
        "x-count%3D%3D2": made[1:2],
        "x-count.eq=2": made[1:2],
        "x-count.ne=2": [made[0], made[2]],
        f"x-mark.regex=^{mark[:20]}": made,
        f"x-mark*={mark[3:20]}": made,
        f"x-mark%3D~{mark[3:20]}$": [],
    }.items():
        answer = server.client.get(f"{case.path}?x-mark={mark}&{raw}")
        assert ids(answer) == wanted, raw


@pytest.mark.rule("R-410", "R-411", "R-412", "R-1102")
@each()
def test_nested_and_meta_attributes(case: Case, server: Server) -> None:
    mark = uuid4().hex
    tree = [{"a": mark, "b": {"c": "x"}}, {"a": "other", "b": {"c": "y"}}]
    made = server.make(case, **{"xTree": tree})
    for raw in (f"xTree.a={mark}", f"xTree.a={mark}&xTree.b.c=y", f"xTree.b.c=x&xTree.a={mark}"):
        assert ids(server.client.get(f"{case.path}?{raw}")) == [made["id"]]
    assert ids(server.client.get(f"{case.path}?xTree.a={mark}&xTree.b.c=z")) == []
    if "@type" in made:
        for name in ("@type", "%40type"):
            answer = server.client.get(f"{case.path}?id={made['id']}&{name}={made['@type']}")
            assert ids(answer) == [made["id"]]


@pytest.mark.rule("R-501", "R-502", "R-503", "R-504", "R-506", "R-508", "R-509")
@each()
def test_jsonpath(case: Case, server: Server) -> None:
    mark = uuid4().hex
    tree = [{"n": "color", "v": "red"}, {"n": "size", "v": "xl"}]
    made = server.make(case, **{"x-mark": mark, "xTree": tree})["id"]
    for path, found in {
        f"$[?(@.x-mark=='{mark}')]": True,
        f"[?(@['x-mark']=='{mark}')]": True,
        f"$[?(@.x-mark=='{mark}' && @.xTree[?(@.n=='color' && @.v=='red')])]": True,
        f"$[?(@.x-mark=='{mark}' && @.xTree[?(@.n=='color' && @.v=='xl')])]": False,
        f"$[?(@.x-mark=='{mark}' && !@.xTree)]": False,
        f"$[?(@.x-mark =~ /^{mark[:9].upper()}/i)]": True,
    }.items():
        answer = server.client.get(case.path, params={"filter": path})
        assert ids(answer) == ([made] if found else []), path
    url = f"{case.path}?x-mark={mark}&filter="
    assert ids(server.client.get(url + "xTree[?(@.v=='xl')]")) == [made]
    assert ids(server.client.get(url + "xTree[?(@.v=='s')]")) == []
    assert ids(server.client.get(url + "xTree[?(@.v=='s')]&filter=xTree[?(@.v=='xl')]")) == [made]


@pytest.mark.rule("R-310", "R-601", "R-602", "R-604")
@each()
def test_sorts(case: Case, server: Server) -> None:
    mark = uuid4().hex
    values = [{"x-a": 2, "x-b": "v"}, {"x-a": 1, "x-b": "w"}, {"x-a": 2, "x-b": "u"}, {}]
    made = [server.make(case, **{"x-mark": mark}, **more)["id"] for more in values]
    for sort, order in {
        "": "0123",
        "x-a": "3102",
        "+x-a": "3102",
        "%2Bx-a": "3102",
        "-x-a": "0213",
        "x-a,x-b": "3120",
        "-x-a,%2Bx-b": "2013",
        "-x-b": "1023",
        "neverHeardOf": "0123",
    }.items():
        answer = server.client.get(f"{case.path}?x-mark={mark}&sort={sort}&fields=none")
        assert ids(answer) == [made[int(n)] for n in order], sort


@pytest.mark.rule("R-601", "R-603", "R-615")
@each()
def test_sorts_by_one_characteristic(case: Case, server: Server) -> None:
    mark = uuid4().hex
    trees = [
        [{"n": "speed", "v": 10}, {"n": "size", "v": 1}],
        [{"n": "size", "v": 3}],
        [{"n": "size", "v": 2}, {"n": "speed", "v": 9}],
        [{"n": "speed", "v": 10}, {"n": "size", "v": 0}],
    ]
    made = [server.make(case, **{"x-mark": mark, "xTree": tree})["id"] for tree in trees]
    for sort, order in {
        "xTree[n=speed].v": "1203",
        "-xTree[n=speed].v": "0321",
        "-xTree%5Bn%3Dspeed%5D.v,xTree[n=size].v": "3021",
        "$.xTree[?(@.n=='speed')].v,-id": None,
        "xTree[?(@.n=='speed' %26%26 @.v<10)].v": "0132",
    }.items():
        wanted = [made[int(n)] for n in order] if order else None
        answer = server.client.get(f"{case.path}?x-mark={mark}&sort={sort}&fields=none")
        if wanted is None:
            wanted = [made[1], made[2], *sorted((made[0], made[3]), reverse=True)]
        assert ids(answer) == wanted, sort
        url = f"{case.path}?x-mark={mark}&sort={sort}&fields=none&limit=2"
        assert ids(server.client.get(f"{url}&offset=1")) == wanted[1:3]


@pytest.mark.rule("R-301", "R-304", "R-310")
@each()
def test_selects_after_filtering_and_sorting(case: Case, server: Server) -> None:
    mark = uuid4().hex
    made = [server.make(case, **{"x-mark": mark, "x-n": n, "x-s": str(n)}) for n in (1, 2)]
    answer = server.client.get(f"{case.path}?x-mark={mark}&sort=-x-n&fields=x-s")
    names = ["id", "href", "@type"] if case.api.major == "v5" else ["id", "href"]
    expected = [{**{n: r[n] for n in names}, "x-s": r["x-s"]} for r in reversed(made)]
    assert shown(answer) == expected


@pytest.mark.rule("R-408", "R-418", "R-505", "R-507", "R-604", "R-613", "R-1109")
@pytest.mark.parametrize(
    ("raw", "status", "code"),
    [
        ("id.like=x", 400, "30"),
        ("id.regex=(", 400, "30"),
        ("id=~(", 400, "30"),
        ("id.regex=(a)%5C1", 400, "30"),
        ("%FF=x", 400, "30"),
        ("id=%00", 400, "30"),
        ("filter=$[?(", 400, "31"),
        ("filter=$..id", 501, "91"),
        ("filter=$[(@.length-1)]", 501, "91"),
        ("sort=a.", 400, "32"),
        ("offset=-1", 400, "33"),
        ("offset=x", 400, "33"),
        ("limit=1.5", 400, "33"),
        ("limit=1&limit=2", 400, "33"),
        ("before=x&after=y", 400, "33"),
        ("offset=1&after=x", 400, "33"),
        ("after=x", 400, "33"),
        ("depth=2", 501, "91"),
        ("expand=relatedParty", 501, "91"),
    ],
)
@each(one_per_api(lambda case: True))
def test_refuses_a_query_it_cannot_answer(
    case: Case, raw: str, status: int, code: str, client: httpx.Client
) -> None:
    refused(client.get(f"{case.path}?{raw}"), status, code)
