"""Import and export jobs over HTTP: files in and out, what is refused, what is told (R-620-09)."""

import gzip
from collections.abc import Iterator
from pathlib import Path
from time import sleep
from typing import Any

import orjson
import pytest

from tests.handlers.asking import refused, shown
from tests.handlers.conftest import Start
from tests.handlers.facts import Case, Json, case
from tests.handlers.notifications.listening import Listener, listening
from tests.handlers.serving import Server
from tests.handlers.tasks.waiting import over
from tmf_apis.schema.validator import Validator
from tmf_apis.spec.attributes import attributes_of

both = pytest.mark.parametrize("version", ["v4", "v5"])


def case_of(version: str, name: str) -> Case:
    return case(f"TMF620-{version}/{name}")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("jobs")


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    with listening() as running:
        yield running


@pytest.fixture
def server(start: Start, folder: Path) -> Server:
    return start(tasks=True, jobs_folders=(folder,))


def run(server: Server, version: str, kind: str, **more: Any) -> Json:
    """A job when it is over."""
    case = case_of(version, f"{kind}Job")
    typed = {"@type": case.resource.schema.partition("_")[0]} if version == "v5" else {}
    made = shown(server.client.post(case.path, json=typed | more), 201)
    assert (made["status"], "creationDate" in made) == ("Not Started", True)
    job = over(server, case, made["id"])
    assert "completionDate" in job
    return job


def offerings(version: str, *ids: str, **more: Any) -> list[Json]:
    case = case_of(version, "productOffering")
    return [case.create_body() | {"id": id} | more for id in ids]


def find(server: Server, version: str, id: str) -> Any:
    return server.client.get(case_of(version, "productOffering").item(id))


def encoded(records: list[Json], form: str) -> bytes:
    if form.startswith("lines"):
        raw = b"".join(orjson.dumps(record) + b"\n" for record in records)
    else:
        raw = orjson.dumps(records)
    return gzip.compress(raw) if form.endswith("gzip") else raw


@pytest.mark.rule("R-620-09", "L-620-J")
@both
@pytest.mark.parametrize("form", ["array", "lines", "array gzip", "lines gzip"])
def test_the_records_of_a_file_are_imported(
    version: str, form: str, server: Server, folder: Path
) -> None:
    ids = [f"{version} {form} {number}".replace(" ", "-") for number in range(3)]
    name = f"{ids[0]}.json"
    (folder / name).write_bytes(encoded(offerings(version, *ids), form))
    job = run(server, version, "import", url=name, path="productOffering")
    assert (job["status"], job.get("errorLog")) == ("Succeeded", None)
    for id, record in zip(ids, offerings(version, *ids), strict=True):
        found = shown(find(server, version, id))
        assert found == found | record


@both
@pytest.mark.parametrize(
    "path", ["productOffering", "/tmf-api/productCatalogManagement/v4/productOffering", None]
)
def test_the_path_names_the_resource_or_each_record_does(
    version: str, path: str | None, server: Server, folder: Path
) -> None:
    id = f"path-{version}-{len(path or '')}"
    typed = {"@type": "ProductOffering"}
    (folder / f"{id}.json").write_bytes(encoded(offerings(version, id, **typed), "array"))
    more = {} if path is None else {"path": path}
    assert run(server, version, "import", url=f"{id}.json", **more)["status"] == "Succeeded"
    assert find(server, version, id).status_code == 200


@both
def test_good_records_of_a_file_are_kept_and_bad_ones_told_by_line(
    version: str, server: Server, folder: Path
) -> None:
    good = offerings(version, f"good-{version}")[0]
    odd = [good | {"id": f"odd-{version}", "isBundle": "yes"}, [1], good | {"id": ""}]
    rows = [orjson.dumps(row) for row in [odd[0], good, *odd[1:]]] + [b"{"]
    (folder / f"odd-{version}.jsonl").write_bytes(b"\n".join(rows))
    job = run(server, version, "import", url=f"odd-{version}.jsonl", path="productOffering")
    assert job["status"] == "Failed"
    log = job["errorLog"].splitlines()
    assert [row.partition(":")[0] for row in log] == ["Line 1", "Line 3", "Line 4", "Line 5"]
    assert "/isBundle" in log[0]
    assert find(server, version, f"good-{version}").status_code == 200
    assert find(server, version, f"odd-{version}").status_code == 404


@both
def test_importing_twice_changes_nothing(version: str, server: Server, folder: Path) -> None:
    id = f"twice-{version}"
    (folder / f"{id}.json").write_bytes(encoded(offerings(version, id), "array"))
    run(server, version, "import", url=f"{id}.json", path="productOffering")
    before = find(server, version, id)
    run(server, version, "import", url=f"{id}.json", path="productOffering")
    after = find(server, version, id)
    assert (after.content, after.headers["etag"]) == (before.content, before.headers["etag"])


@both
@pytest.mark.parametrize("ending", [".json", ".jsonl", ".json.gz", ".jsonl.gz"])
def test_what_is_exported_can_be_imported_again(
    version: str, ending: str, server: Server, start: Start, folder: Path
) -> None:
    id = f"out-{version}{ending}"
    shown(
        server.client.post(
            case_of(version, "productOffering").path, json=offerings(version, id)[0]
        ),
        201,
    )
    name = f"catalogue-{version}{ending}"
    job = run(server, version, "export", url=name)
    assert (job["status"], job.get("errorLog")) == ("Succeeded", None)
    assert not list(folder.glob("*.part"))
    empty = start(tasks=True, jobs_folders=(folder,), default_limit=len(id))
    assert run(empty, version, "import", url=name)["status"] == "Succeeded"
    for resource in ("category", "productOffering", "productOfferingPrice"):
        path = case_of(version, resource).path
        here, there = (
            {
                r["id"] + r.get("version", ""): {n: v for n, v in r.items() if n != "href"}
                for r in s.client.get(path, params={"limit": 1000}).json()
            }
            for s in (server, empty)
        )
        assert there == there | here


@both
def test_a_query_limits_what_is_exported(version: str, server: Server, folder: Path) -> None:
    ids = [f"only-{version}-{n}" for n in range(2)]
    for record in offerings(version, *ids):
        shown(server.client.post(case_of(version, "productOffering").path, json=record), 201)
    name = f"only-{version}.json"
    run(server, version, "export", url=name, path="productOffering", query=f"id={ids[0]}")
    exported = orjson.loads((folder / name).read_bytes())
    assert [record["id"] for record in exported] == [ids[0]]
    bad = run(server, version, "export", url=name, path="productOffering", query="id.regex=(")
    assert bad["status"] == "Failed"
    assert bad["errorLog"].startswith("query: ")


@pytest.mark.rule("R-620-11")
@both
@pytest.mark.parametrize(
    ("url", "about"),
    [
        ("../outside.json", "in no folder"),
        ("/etc/passwd", "in no folder"),
        ("file:///etc/passwd", "in no folder"),
        ("link.json", "in no folder"),
        ("missing.json", "No such file"),
        ("ftp://files.example.com/x.json", "a file, http or https is needed"),
        ("http://169.254.169.254/latest", "not open to jobs"),
        ("http://files.example.com/x.json", "not open to jobs"),
    ],
)
def test_a_job_reads_only_what_is_open_to_it(
    version: str, url: str, about: str, server: Server, folder: Path
) -> None:
    link = folder / "link.json"
    if not link.is_symlink():
        link.symlink_to("/etc/passwd")
    job = run(server, version, "import", url=url, path="productOffering")
    assert job["status"] == "Failed"
    assert about in job["errorLog"]
    assert "root:" not in job["errorLog"]


@both
def test_without_folders_no_job_has_a_place(version: str, start: Start) -> None:
    job = run(start(tasks=True), version, "export", url="out.json")
    assert (job["status"], "TMF_JOBS_FOLDERS" in job["errorLog"]) == ("Failed", True)


@both
@pytest.mark.parametrize(
    ("raw", "about"),
    [
        (b"", None),
        (b"[]", None),
        (b'[{"id": 1}', "not JSON"),
        (b"[1", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (gzip.compress(b'[{"id": "a"}]')[:-9], "cut short"),
        (b"\x1f\x8bnonsense", "not gzip"),
    ],
    ids=["nothing", "empty", "cut", "cut early", "not UTF-8", "gzip cut short", "no gzip"],
)
def test_a_file_that_is_none_is_told(
    version: str, raw: bytes, about: str | None, server: Server, folder: Path
) -> None:
    (folder / "broken.json").write_bytes(raw)
    job = run(server, version, "import", url="broken.json", path="productOffering")
    if about is None:
        assert job["status"] == "Succeeded"
    else:
        assert job["status"] == "Failed"
        assert about in job["errorLog"]


CIRCULAR = {
    ("v4", "category"): lambda id: {"parentId": id, "isRoot": False},
    ("v5", "category"): lambda id: {"parent": {"id": id, "@type": "CategoryRef"}, "isRoot": False},
    ("v4", "productOffering"): lambda id: {
        "isBundle": True,
        "bundledProductOffering": [{"id": id}],
    },
    ("v5", "productOffering"): lambda id: {
        "isBundle": True,
        "bundledProductOffering": [{"id": id, "@type": "BundledProductOffering"}],
    },
}


@pytest.mark.parametrize(("version", "resource"), CIRCULAR)
def test_nothing_is_a_part_of_itself(version: str, resource: str, server: Server) -> None:
    case, part = case_of(version, resource), CIRCULAR[version, resource]
    one, two = f"one-{version}-{resource}", f"two-{version}-{resource}"
    plain = {k: v for k, v in case.create_body().items() if k not in part("x")}
    refused(server.client.post(case.path, json=plain | {"id": one} | part(one)), 400, "21", one)
    shown(server.client.post(case.path, json=plain | {"id": one} | part(two)), 201)
    refused(server.client.post(case.path, json=plain | {"id": two} | part(one)), 400, "21", two)
    shown(server.client.post(case.path, json=plain | {"id": two}), 201)
    refused(server.client.patch(case.item(two), json=part(one)), 400, "21", two)
    assert shown(server.client.get(case.item(two)))["id"] == two


def batches(listener: Listener, callback: str) -> list[str]:
    """The catalogues of which one event told that much changed in them."""
    events = [one for one in listener.at(callback) if "Batch" in one.event["eventType"]]
    for one in events:
        validator = Validator("CatalogBatchEvent", V4.schemas, attributes_of(
            "CatalogBatchEvent", V4.schemas))  # fmt: skip
        assert validator.fault(one.event) is None
    return sorted(one.resource["id"] for one in events)


def succeed(server: Server, version: str, file: str) -> None:
    """Import a file of offerings, all of which are taken."""
    job = run(server, version, "import", url=file, path="productOffering")
    assert job["status"] == "Succeeded"


V4 = case_of("v4", "catalog").api


@pytest.mark.rule("R-1020")
def test_many_changes_in_a_catalogue_are_told_of_at_once(
    start: Start, folder: Path, listener: Listener
) -> None:
    server = start(tasks=True, jobs_folders=(folder,), development=True)
    callback = listener.callback()
    hub = {"callback": callback, "query": "eventType=CatalogBatchEvent,ProductOfferingCreateEvent"}
    assert server.client.post(f"{V4.base_path}/hub", json=hub).status_code == 201
    shelf = {"category": [{"id": "cat-batch"}]}
    for id in ("shop", "other"):
        server.make(case_of("v4", "catalog"), id=f"batch-{id}", **(shelf if id == "shop" else {}))
    some = offerings("v4", "batch-1", "batch-2", **shelf)
    (folder / "batch.json").write_bytes(orjson.dumps(some))
    succeed(server, "v4", "batch.json")
    listener.wait(callback, 3)
    assert batches(listener, callback) == ["batch-shop"]
    # The same once more changes nothing, and one change is not many.
    succeed(server, "v4", "batch.json")
    (folder / "one.json").write_bytes(orjson.dumps([some[0] | {"name": "another"}]))
    succeed(server, "v4", "one.json")
    sleep(0.5)
    assert batches(listener, callback) == ["batch-shop"]
    # The listener of a version whose file has such events hears of a job of the other one, too.
    (folder / "v5.json").write_bytes(orjson.dumps(offerings("v5", "batch-3", "batch-4", **{
        "category": [{"id": "cat-batch", "@type": "CategoryRef"}]})))  # fmt: skip
    succeed(server, "v5", "v5.json")
    listener.wait(callback, 6)
    assert batches(listener, callback) == ["batch-shop", "batch-shop"]


@pytest.mark.rule("R-1020")
def test_a_file_with_faults_tells_of_what_it_changed(
    start: Start, folder: Path, listener: Listener
) -> None:
    server = start(tasks=True, jobs_folders=(folder,), development=True)
    callback = listener.callback()
    hub = {"callback": callback, "query": "eventType=CatalogBatchEvent"}
    assert server.client.post(f"{V4.base_path}/hub", json=hub).status_code == 201
    catalogs = [case_of("v4", "catalog").create_body(id=f"batch-{n}") for n in (3, 4)]
    (folder / "faults.json").write_bytes(encoded([*catalogs, {"id": "no name"}], "lines"))
    job = run(server, "v4", "import", url="faults.json", path="catalog")
    assert (job["status"], "Line 3" in job["errorLog"]) == ("Failed", True)
    listener.wait(callback, 2)
    assert batches(listener, callback) == ["batch-3", "batch-4"]


@pytest.mark.rule("R-706")
@both
@pytest.mark.parametrize("policy", ["off", "warn", "enforce"])
def test_references_of_a_file_are_looked_up(
    version: str, policy: str, start: Start, folder: Path
) -> None:
    server = start(tasks=True, jobs_folders=(folder,), references=policy)

    def offering(id: str, *parts: str) -> Json:
        is_typed = version == "v5"
        typed = {"@type": "BundledProductOffering"} if is_typed else {}
        return {
            "id": f"{policy}-{id}",
            **({"@type": "ProductOffering"} if is_typed else {}),
            **{"name": id, "lifecycleStatus": "Active", "lastUpdate": "2026-01-01T00:00:00Z"},
            "bundledProductOffering": [{"id": part} | typed for part in parts],
        }

    records = [offering("good", f"{policy}-later"), offering("bad", "nobody"), offering("later")]
    (folder / f"{policy}-{version}.json").write_bytes(encoded(records, "lines"))
    job = run(server, version, "import", url=f"{policy}-{version}.json", path="productOffering")
    for id in ("good", "later"):
        assert find(server, version, f"{policy}-{id}").status_code == 200
    refused_it = policy == "enforce"
    assert job["status"] == ("Failed" if refused_it else "Succeeded")
    assert find(server, version, f"{policy}-bad").status_code == (404 if refused_it else 200)
    told = "Line 2: /bundledProductOffering/0/id: There is no productOffering nobody."
    assert job.get("errorLog", "").startswith(told if refused_it else "")
