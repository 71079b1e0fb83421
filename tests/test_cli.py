"""The command line: what it prints, what it refuses, and with which exit code."""

import asyncio
import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from click.testing import CliRunner, Result

from handlers.app import collections_of
from handlers.services import services
from persistence.opening import open_store
from persistence.sqlite import loading
from persistence.store import Scope
from tmf_apis import __version__
from tmf_apis.catalog import choose, specs_folder
from tmf_apis.cli import main
from tmf_apis.comparing.tables import apis
from tmf_apis.settings import Settings
from tmf_apis.tmf630.query import Query

CUSTOMER = ("--api", "TMF629", "--version", "v5", "--resource", "customer")
BILL = ("--api", "tmf678", "--version", "V5", "--resource", "customerBill")


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of the surroundings, and a folder of its own."""
    for name in [name for name in os.environ if name.startswith("TMF_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def run(*arguments: object, **environment: str) -> Result:
    return CliRunner(env=environment).invoke(main, [str(argument) for argument in arguments])


def customer(id: str | None = "c1", **more: Any) -> str:
    party = {"id": "p1", "@type": "PartyRef", "@referredType": "Individual"}
    identity = {} if id is None else {"id": id}
    given = identity | {"@type": "Customer", "name": "Ada", "engagedParty": party} | more
    return json.dumps(given)


def load(text: str, *flags: str, wanted: tuple[str, ...] = CUSTOMER) -> Result:
    file = Path("file.jsonl")
    file.write_text(text)
    return run("load", *wanted, "--store", "sqlite:///tmf.db", "--create", *flags, file)


def kept(resource: str = "customer") -> list[dict[str, Any]]:
    """What of a resource the store holds, in the order it came."""

    async def found() -> list[dict[str, Any]]:
        settings, catalog = Settings(store="sqlite:///tmf.db"), choose()
        store = open_store(settings.store)
        await store.open(collections_of(catalog, settings, store))
        try:
            [service] = [
                s
                for s in services(catalog.apis, store, settings)
                if s.spec.name == resource and s.api.major == "v5"
            ]
            page = await store.find(service.collection, Query(), Scope())
            return [json.loads(record.body) for record in page.records]
        finally:
            await store.close()

    return asyncio.run(found())


def test_version_and_help() -> None:
    assert run("--version").output.strip().endswith(__version__)
    for command in ([], ["serve"], ["load"], ["specs"]):
        shown = run(*command, "-h")
        assert shown.exit_code == 0
        assert shown.output.startswith("Usage: ")


def test_specs_lists_every_api_with_its_paths() -> None:
    shown = run("specs")
    assert shown.exit_code == 0
    for api in choose().apis:
        [line] = [line for line in shown.stdout.splitlines() if f" {api.base_path} " in line]
        assert line.startswith(f"{api.number}  {api.version}")
        assert api.resources[0].name in line
        for alias in api.aliases:
            assert alias in shown.stdout


def test_what_goes_into_a_pipe_is_neither_wrapped_nor_cut() -> None:
    for command in (["specs"], ["conformance", "list"]):
        listed = json.loads(run(*command, "--json", COLUMNS="80").stdout)
        lines = run(*command, COLUMNS="80").stdout.splitlines()
        assert len(lines) == 1 + len(listed)
        for line, row in zip(lines[1:], listed, strict=True):
            cells = [", ".join(v) if isinstance(v, list) else str(v) for v in row.values()]
            assert "".join(line.split()) == "".join("".join(cells).split())


def test_specs_as_json_has_the_apis_and_their_resources() -> None:
    first, *_ = json.loads(run("specs", "--json").stdout)
    [api, *_] = choose().apis
    assert first == {
        "api": api.number,
        "version": api.version,
        "basePath": api.base_path,
        "aliases": list(api.aliases),
        "resources": [resource.name for resource in api.resources],
    }


def test_defaults_are_told_in_the_help_of_serve() -> None:
    shown = " ".join(run("serve", "-h").stdout.split())
    assert "[TMF_PORT; default: 8080]" in shown
    assert "[TMF_STORE; default: sqlite:///data/tmf.db]" in shown
    assert "[TMF_BASE_URL]" in shown


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_can_complete_commands(shell: str) -> None:
    asked = {"_TMF_APIS_COMPLETE": f"{shell}_source"}
    shown = subprocess.run(
        [Path(sys.executable).with_name("tmf-apis")],
        env=os.environ | asked,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    if "Bash" not in shown.stderr:  # click refuses a Bash that is too old
        assert f"_TMF_APIS_COMPLETE={shell}_complete" in shown.stdout


def test_specs_lists_added_files() -> None:
    file = Path("TMF629-Later-v5.9.0.json")
    document = json.loads((specs_folder() / "TMF629-CustomerManagement-v5.0.1.json").read_text())
    document["info"]["version"] = "5.9.0"
    file.write_text(json.dumps(document))
    assert "5.9.0" in run("specs", "--spec", file).stdout
    assert "5.9.0" in run("specs", TMF_SPECS=str(file)).stdout
    assert "5.9.0" not in run("specs").stdout


def test_a_folder_with_a_file_that_can_be_served_is_served_and_what_else_is_there_told() -> None:
    folder = Path("folder")
    (folder / "deeper").mkdir(parents=True)
    document = json.loads((specs_folder() / "TMF629-CustomerManagement-v5.0.1.json").read_text())
    document["info"]["version"] = "5.9.0"
    (folder / "deeper" / "TMF629.json").write_text(json.dumps(document))
    (folder / "other.yaml").write_text("a: 1")
    assert "5.9.0" in run("specs", "--spec", folder).stdout
    told = run("serve", "--spec", folder, "--store", "sqlite:////dev/null/x")
    assert told.stderr.splitlines()[:1] == [
        "passed over: folder/other.yaml: neither Swagger 2.0 nor OpenAPI 3.0"
    ]


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ([], "folder: no file in this folder can be served: none ends in .json, .yaml or .yml"),
        (["README.md"],
         "folder: no file in this folder can be served: none ends in .json, .yaml or .yml"),
        (["a.json", "b.yaml"],
         "folder: no file in this folder can be served: folder/a.json: neither Swagger 2.0 nor"
         " OpenAPI 3.0; 1 more"),
        (["deeper/a.yml"],
         "folder: no file in this folder can be served: folder/deeper/a.yml: neither Swagger 2.0"
         " nor OpenAPI 3.0"),
    ],
)  # fmt: skip
def test_a_folder_without_such_a_file_is_refused(files: list[str], said: str) -> None:
    (Path("folder") / "deeper").mkdir(parents=True)
    for file in files:
        (Path("folder") / file).write_text("{}" if file.endswith("json") else "a: 1")
    for command in ("serve", "specs"):
        refused = run(command, "--spec", "folder")
        assert (refused.exit_code, refused.stdout, refused.stderr) == (2, "", f"{said}\n")


def test_specs_compare_exits_by_what_it_finds() -> None:
    folder = Path("reference")
    assert run("specs", "--compare", specs_folder()).exit_code == 2  # no reference files there
    for api in apis(specs_folder()):
        copy = folder / api.reference
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes((specs_folder() / api.file).read_bytes())
    same = run("specs", "--compare", folder)
    assert same.exit_code == 0, same.output
    document = json.loads(copy.read_text())
    document["components"]["schemas"]["Invented"] = {"type": "object"}
    copy.write_text(json.dumps(document))
    other = run("specs", "--compare", folder)
    assert other.exit_code == 1
    assert "Invented" in other.stdout


@pytest.mark.parametrize(
    ("setting", "flag", "value"),
    [
        ("TMF_PORT", "--port", "99999"),
        ("TMF_STORE", "--store", "mysql://somewhere"),
        ("TMF_STORE", "--store", "sqlite:////dev/null/tmf.db"),
        ("TMF_BASE_URL", "--base-url", "example.com"),
        ("TMF_SPECS", "--spec", "there/is/no/such.json"),
        ("TMF_DEFAULT_LIMIT", "--default-limit", "-1"),
        ("TMF_MAX_LIMIT", "--max-limit", "-1"),
        ("TMF_MAX_BODY", "--max-body", "0"),
        ("TMF_STRICT", "--strict", "everything"),
        ("TMF_WORKERS", "--workers", "0"),
    ],
)
def test_serve_refuses_a_wrong_setting_in_one_line(setting: str, flag: str, value: str) -> None:
    for refused in (
        run("serve", flag, value, TMF_PORT="0"),
        run("serve", **{"TMF_PORT": "0", setting: value}),
    ):
        assert refused.exit_code == 2
        [line] = refused.stderr.splitlines()
        assert line.startswith(f"{setting}: {value.removeprefix('sqlite:///')}")


@pytest.mark.parametrize("flag", ["--spec", "--lifecycles", "--references", "--callback-access"])
@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("Some: text\nand: more: of it\n", ": line 2 is neither JSON nor YAML: "),
        ('{"a": 1,\n "b": }', ": line 2 is not JSON: "),
        ("only some words", ": "),
        ("", ": "),
    ],
)
def test_a_file_that_is_none_of_its_kind_stops_the_server_in_one_line(
    flag: str, text: str, about: str
) -> None:
    Path("file.md").write_text(text)
    refused = run("serve", "--port", "0", flag, "file.md")
    assert refused.exit_code == 2
    [line] = refused.stderr.splitlines()
    assert line.startswith(f"file.md{about}")
    assert not any(strange in line for strange in ("{", "<byte string>", "_schema"))


def test_serve_names_every_wrong_setting_at_once() -> None:
    refused = run("serve", TMF_PORT="x", TMF_STRICT="y", TMF_DEVELOPMENT="z")
    assert refused.exit_code == 2
    [line] = refused.stderr.splitlines()
    assert all(name in line for name in ("TMF_PORT", "TMF_STRICT", "TMF_DEVELOPMENT"))


def test_a_variable_that_is_no_setting_is_told_with_the_nearest_that_is() -> None:
    said = {
        "TMF_PROT": "TMF_PROT is no setting and changes nothing; the nearest is TMF_PORT.",
        "TMF_WORKER": "TMF_WORKER is no setting and changes nothing; the nearest is TMF_WORKERS.",
        "TMF_port": "TMF_port is no setting and changes nothing; the nearest is TMF_PORT.",
        "TMF_STORE_FIEL": (
            "TMF_STORE_FIEL is no setting and changes nothing; the nearest is TMF_STORE_FILE."
        ),
        "TMF_FLAVOUR": "TMF_FLAVOUR is no setting and changes nothing.",
    }
    for variable, sentence in said.items():
        told = run("specs", **{variable: "9000"})
        assert (told.exit_code, told.stderr) == (0, f"{sentence}\n")
        assert told.stdout == run("specs").stdout
    assert run("specs", **dict.fromkeys(said, "9000")).stderr.splitlines() == list(said.values())


def test_variables_that_are_settings_or_not_ours_are_not_told() -> None:
    Path("token").write_text("0123456789abcdef")
    ours = {"TMF_PORT": "0", "TMF_STORE_FILE": "", "TMF_ADMIN_TOKEN_FILE": "token"}
    ours |= {"TMF_KIT_CLIENT_ID": "me", "TMF_KIT_CLIENT_SECRET": "s"}  # Of the conformance kit.
    told = run("specs", **ours, TMFPORT="1", _TMF_APIS_COMPLETE="", PORT="9000")
    assert (told.exit_code, told.stderr) == (0, "")


def test_a_taken_port_stops_the_server_in_one_line_before_anything_is_done() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        stopped = run("serve", "--port", port)
    assert stopped.exit_code == 2
    [line] = stopped.stderr.splitlines()
    assert str(port) in line
    assert "in use" in line
    assert list(Path().iterdir()) == []


def test_load_json_lines_and_an_array() -> None:
    done = load(customer("a") + "\n\n" + customer("b"))
    assert (done.exit_code, done.stderr) == (0, "Loaded 2 records.\n")
    assert load(f"[{customer('c')},\n{customer('d')}]").exit_code == 0
    assert [record["id"] for record in kept()] == ["a", "b", "c", "d"]


def test_load_reads_standard_input_and_what_cannot_be_read_twice() -> None:
    wanted = ("load", *CUSTOMER, "--store", "sqlite:///tmf.db", "--create")
    given = CliRunner().invoke(main, [*wanted, "-"], input=customer("a"))
    assert (given.exit_code, given.stderr) == (0, "Loaded 1 records.\n")
    os.mkfifo("pipe")
    writing = Thread(target=Path("pipe").write_text, args=(customer("b"),))
    writing.start()
    assert run(*wanted, "pipe").exit_code == 0
    writing.join()
    refused = CliRunner().invoke(main, [*wanted, "-"], input="[")
    assert refused.stderr.startswith("-:1: not JSON: ")
    assert [record["id"] for record in kept()] == ["a", "b"]


def test_load_of_more_than_fits_into_one_write(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "RECORDS", 2)
    lines = "\n".join(customer(f"c{n}") for n in range(7))
    assert load(lines, "--events").stderr == "Loaded 7 records.\n"
    assert load(lines + "\n{}").exit_code == 2
    assert load(lines, "--replace").exit_code == 0
    assert [record["id"] for record in kept()] == [f"c{n}" for n in range(7)]


def test_load_takes_resources_that_cannot_be_posted() -> None:
    bill = {"id": "b1", "@type": "CustomerBill", "state": "sent", "billNo": "1"}
    assert load(json.dumps(bill), wanted=BILL).exit_code == 0
    assert kept("customerBill") == [bill]


def test_load_makes_missing_ids_and_ignores_href() -> None:
    assert load(customer(None) + "\n" + customer("x", href="http://old/x")).exit_code == 0
    made, other = kept()
    assert made["id"]
    assert made["id"] != other["id"]
    assert "href" not in other


@pytest.mark.parametrize(
    ("wanted", "near"),
    [
        (("TMF678", "v5", "customerBil"), "; the nearest is customerBill"),
        (("TMF678", "v5", "CustomerBill"), "; the nearest is customerBill"),
        (("TMF678", "v5", "alarm"), ""),
        (("TMF679", "v5", "customerBill"), ""),
    ],
)
def test_load_names_the_nearest_resource(wanted: tuple[str, str, str], near: str) -> None:
    api, version, resource = wanted
    flags = ("--api", api, "--version", version, "--resource", resource)
    refused = load(customer(), wanted=flags)
    said = f"No {resource} in {api} {version} is served{near}; `tmf-apis specs` lists what is.\n"
    assert (refused.exit_code, refused.stderr) == (2, said)


def test_load_tells_of_faults_that_are_alike_a_few_times() -> None:
    lines = ["# Title", '{"id":"b","@type":"Customer","name":"n"}', *["word"] * 5]
    refused = load("\n".join(lines))
    no_json = "The body is not JSON: unexpected character, expected a JSON value: line 1 column 1"
    assert refused.exit_code == 2
    assert refused.stderr.splitlines() == [
        f"file.jsonl:1: {no_json} (char 0).",
        'file.jsonl:2: /: "engagedParty" is a required property.',
        f"file.jsonl:3: {no_json} (char 0).",
        f"file.jsonl:4: {no_json} (char 0).",
        "file.jsonl:5: the same here and in 2 more",
        "7 records are not fit to be loaded; nothing was loaded.",
    ]


def test_load_tells_of_faults_that_differ_one_by_one() -> None:
    refused = load("\n".join(customer(f"c{number}", name=number) for number in range(60)))
    *faults, last = refused.stderr.splitlines()
    assert [fault.split(": ")[0] for fault in faults] == [f"file.jsonl:{n}" for n in range(1, 51)]
    assert last == "60 records are not fit to be loaded; nothing was loaded."


def test_load_names_every_bad_line_and_loads_nothing() -> None:
    lines = (customer("a"), '{"id":"b"}', "nope", "[1]", "", customer("a"), customer("e", name=7))
    refused = load("\n".join(lines))
    assert refused.exit_code == 2
    *faults, last = refused.stderr.splitlines()
    assert [fault.split(": ")[0] for fault in faults] == [
        f"file.jsonl:{n}" for n in (2, 3, 4, 6, 7)
    ]
    assert "@type" in faults[0]
    assert "/name" in faults[4]
    assert last == "5 records are not fit to be loaded; nothing was loaded."
    assert kept() == []


def test_load_numbers_the_elements_of_an_array_by_their_line() -> None:
    refused = load(f'[\n{customer("a")},\n\n{{"id":\n"b"}}, 5,\n7]')
    starts = [fault.split(": ")[0] for fault in refused.stderr.splitlines()[:-1]]
    assert starts == ["file.jsonl:4", "file.jsonl:5", "file.jsonl:6"]
    assert load(f"[{customer('a')}\n{customer('b')}]").stderr.startswith("file.jsonl:2: not JSON")
    assert kept() == []


def test_load_replaces_only_where_it_is_told_to() -> None:
    assert load(customer("a")).exit_code == 0
    again = customer("b") + "\n" + customer("a", name="Grace")
    refused = load(again)
    assert refused.exit_code == 2
    assert refused.stderr == "a is in the store already (use --replace); nothing was loaded.\n"
    assert [record["name"] for record in kept()] == ["Ada"]
    assert load(again, "--replace").exit_code == 0
    assert {record["id"]: record["name"] for record in kept()} == {"a": "Grace", "b": "Ada"}


OFFERING = ("--api", "TMF620", "--version", "v5", "--resource", "productOffering")


def offering(id: str, *parts: str, **more: Any) -> str:
    bundled = [{"@type": "BundledProductOffering", "id": part} for part in parts]
    given = {"id": id, "@type": "ProductOffering", "name": id, "lifecycleStatus": "Active"}
    at = {"lastUpdate": "2026-01-01T00:00:00Z"}
    return json.dumps(given | at | {"bundledProductOffering": bundled} | more)


@pytest.mark.parametrize(
    ("there", "lines", "fault"),
    [
        ([], [offering("a", "b"), offering("b", "c"), offering("c")], None),
        ([], [offering("a", "a")], "a"),
        ([], [offering("x"), offering("a", "b"), offering("b", "c"), offering("c", "a")], "abc"),
        ([offering("b", "c"), offering("c")], [offering("c", "a"), offering("a", "b")], "ac"),
        ([offering("b", "c"), offering("c")], [offering("c", "d"), offering("a", "b")], None),
        ([offering("b", "b2")], [offering("b", "c"), offering("c")], None),
        # A version that was overtaken binds nobody.
        ([], [offering("a", "b", version="1.0"), offering("a", version="2.0"), offering("b", "a")],
         None),
        ([], [offering("a", version="1.0"), offering("a", "b", version="2.0"), offering("b", "a")],
         "ab"),
    ],
)  # fmt: skip
def test_load_refuses_what_would_be_a_part_of_itself(
    there: list[str], lines: list[str], fault: str | None
) -> None:
    if there:
        assert load("\n".join(there), wanted=OFFERING).exit_code == 0
    before = kept("productOffering") if there else []
    done = load("\n".join(lines), "--replace", wanted=OFFERING)
    if fault is None:
        assert done.exit_code == 0, done.output
        return
    assert done.exit_code == 2
    said = [f"/bundledProductOffering: {id} would be a part of itself." for id in fault]
    assert done.stderr in [f"{one} Nothing was loaded.\n" for one in said]
    assert kept("productOffering") == before


def test_load_refuses_what_is_not_served() -> None:
    refused = load(
        customer(), wanted=("--api", "TMF629", "--version", "v9", "--resource", "customer")
    )
    assert refused.exit_code == 2
    [line] = refused.stderr.splitlines()
    assert "tmf-apis specs" in line
    assert run("load", *CUSTOMER, "no-such-file").exit_code == 2


@pytest.mark.parametrize(
    "command",
    [
        ("load", *CUSTOMER, "file.jsonl"),
        ("events", "list"),
        ("events", "dead"),
        ("events", "replay"),
        ("events", "purge"),
        ("events", "pause", "x"),
        ("indexes",),
        ("copy", "--from", "sqlite:///data/tmf.db", "--to", "sqlite:///new.db"),
    ],
    ids=lambda command: " ".join(command[:2]),
)
def test_no_command_but_serve_makes_a_store(command: tuple[str, ...]) -> None:
    Path("file.jsonl").write_text(customer())
    refused = run(*command)
    assert refused.exit_code == 2
    [line] = refused.stderr.splitlines()
    assert "sqlite:///data/tmf.db" in line
    assert [path.name for path in Path().iterdir()] == ["file.jsonl"]


def test_load_makes_a_store_when_it_is_told_to() -> None:
    Path("file.jsonl").write_text(customer())
    wanted = ("load", *CUSTOMER, "--store", "sqlite:///tmf.db", "file.jsonl")
    assert "`tmf-apis load --create`" in run(*wanted).stderr
    assert run(*wanted, "--create").exit_code == 0
    assert run(*wanted, "--replace").exit_code == 0


HOSTILE = {
    "brackets.yaml": b"[" * 200_000,
    "brackets.json": b'{"a":' * 200_000,
    "aliases.yaml": b"a: &a [x]\n"
    + b"".join(
        b"%c: &%c [%s]\n" % (n, n, b", ".join([b"*%c" % (n - 1)] * 9)) for n in range(98, 122)
    ),
    "binary.json": bytes(range(256)) * 100,
    "pattern.json": json.dumps(
        {"$id": "x", "properties": {"a": {"type": "string", "pattern": "("}}}
    ).encode(),
    "machine.yaml": b"!!python/object/apply:os.system [ls]",
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize(
    "command",
    [
        ("specs", "--spec"),
        ("serve", "--spec"),
        ("load", *CUSTOMER, "--create", "file.jsonl", "--spec"),
        ("serve", "--port", "0", "--schemas"),
        ("serve", "--port", "0", "--callback-access"),
        ("serve", "--port", "0", "--lifecycles"),
        ("serve", "--port", "0", "--references"),
        ("conformance", "run", *CUSTOMER[:4], "--url", "http://127.0.0.1:9", "--fixtures"),
        ("load", *CUSTOMER, "--create"),
    ],
    ids=lambda command: f"{command[0]} {command[-1]}",
)
def test_a_hostile_file_is_refused_in_one_line(command: tuple[str, ...], name: str) -> None:
    Path("file.jsonl").write_text(customer())
    folder = Path("given")
    folder.mkdir()
    given = folder / (f"{name}.json" if command[-1] == "--schemas" else name)
    given.write_bytes(HOSTILE[name])
    refused = run(*command, folder if command[-1] == "--schemas" else given)
    assert refused.exit_code == 2
    assert isinstance(refused.exception, SystemExit)
    *faults, last = refused.stderr.splitlines()
    assert given.name in last or faults
    assert all(fault.startswith(f"{given}:") for fault in faults)
    assert len(faults) <= 50
    assert max(map(len, refused.stderr.splitlines())) < 2000
