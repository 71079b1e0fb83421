"""Settings: what each may be, how a wrong one is refused, what workers read."""

import os
from dataclasses import fields
from pathlib import Path

import pytest

from tmf_apis.cli.serve import _hand_on
from tmf_apis.settings import Settings, SettingsError, allowed, environment_of, read_settings


@pytest.mark.parametrize(
    "settings",
    [
        Settings(),
        Settings(
            specs=(Path("tests"), Path("README.md")),
            schemas=Path("tests"),
            lifecycles=Path("README.md"),
            callback_access=Path("README.md"),
            callback_hosts=("b.example", "a.example"),
            strict=frozenset({"attributes", "lifecycle"}),
            development=True,
            sample_data=False,
            callback_secret="a, b",
            ignored_parameters=(),
        ),
    ],
    ids=["defaults", "others"],
)
def test_workers_read_the_settings_they_are_given(settings: Settings) -> None:
    assert read_settings(environment_of(settings)) == settings


def test_workers_are_not_told_of_files_that_have_been_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "environ", {"TMF_CALLBACK_SECRET_FILE": str(tmp_path / "gone")})
    settings = Settings(callback_secret="a secret of a file")
    _hand_on(settings)
    assert read_settings(os.environ) == settings


#: Of each setting some values that it may have, and pieces of wrong ones.
NETWORKS = (["10.1.0.0/16", "::1", "192.0.2.1,10.0.0.0/8"], ["10.1.2.3/16", "10.0.0.0/99", "here"])
HOSTS = (["api.example.com", "*.example.com", "::1"], ["http://a.example", "a.example:80", "a b"])
SWITCH = (["0", "1", "true", "off"], ["2", "maybe"])
PATH = (["README.md"], ["no/such/path", "tests"])
TRIED: dict[str, tuple[list[str], list[str]]] = {
    "host": (["0.0.0.0", "::1", "localhost"], ["http://localhost", "localhost:80"]),
    "port": (["0", "65535"], ["-1", "65536", "http", "1.5"]),
    "store": (["sqlite:///x.db"], []),
    "base_url": (["https://a.example/x"], ["a.example", "ftp://a.example", "http://a/?x=1", "http://["]),
    "trusted_proxies": NETWORKS,
    "allowed_hosts": HOSTS,
    "cors_origins": (["*", "https://a.example"], ["a.example", "https://a.example/path"]),
    "compression": SWITCH,
    "specs": (["specs", "README.md"], ["no/such/path"]),
    "schemas": (["specs"], ["no/such/path", "README.md"]),
    "lifecycles": PATH,
    "references": (["off", "enforce", "README.md"], ["always"]),
    "faces": (["together", "apart"], ["both"]),
    "maps": (["README.md", f"README.md{os.pathsep}pyproject.toml"], ["no/such/path", "specs"]),
    "cancellation": (["manual", "after:5"], ["later", "after:soon"]),
    "tasks": SWITCH,
    "jobs_folders": (["specs", f"specs{os.pathsep}tests"], ["no/such/path", "README.md"]),
    "jobs_hosts": HOSTS,
    "flow": SWITCH,
    "flow_mapping": PATH,
    "flow_activation": (["http://127.0.0.1:9/x"], ["network", "ftp://a.example"]),
    "flow_timeouts": (["activate=120", "all=0.5,cease=9"], ["120", "paint=3", "order=0"]),
    "flow_steps": (["activate", "reserve,activate"], ["paint"]),
    "amendments": (["on", "off", "flow"], ["1", "with flow"]),
    "point_of_no_return": (["irrevocable", "activation", "after:9"], ["never", "after:-1"]),
    "neighbours": (
        ["TMF637=https://a.example/x/v5", "tmf620=http://b.example/v4/, TMF637=http://[::1]:9/v5"],
        [
            *("TMF637", "README.md", "637=http://a.example/v5", "TMF637=a.example/v5"),
            *("TMF637=http://a.example/x", "TMF637=http://me:pw@a.example/v5"),
            *("TMF637=http://a.example/v5?x=1", "TMF637=http:///v5", "TMF637=ftp://a.example/v5"),
        ],
    ),
    "neighbour_access": PATH,
    "sandbox": SWITCH,
    "sandbox_delay": (["0", "0.5", "86400"], ["-1", "86401", "nan", "soon"]),
    "bill_issuer": (["Us; Here"], []),
    "default_limit": (["0", "10"], ["-1", "all"]),
    "max_limit": (["0", "10"], ["-1", "all"]),
    "max_body": (["1"], ["0", "4MB"]),
    "strict": (["1", "0", "business,lifecycle"], ["everything"]),
    "ignored_parameters": (["a,b", ","], []),
    "development": SWITCH,
    "insecure": SWITCH,
    "tls_cert": PATH,
    "tls_key": ([], ["no/such/path"]),
    "tls_client_ca": ([], ["no/such/path"]),
    "authentication": SWITCH,
    "issuers": ([], ["http://login.example.com", "login.example.com", "https://u@a.example"]),
    "audience": (["https://api.example.com"], []),
    "token_types": (["at+jwt,jwt"], []),
    "introspection": ([], ["a.example", "http://a.example/i"]),
    "introspection_client": (["tmf"], []),
    "introspection_secret": (["x"], []),
    "keys": (["data/keys", "no/such/path"], ["README.md"]),
    "policy": PATH,
    "tenants": (["acme,globex"], []),
    "tenant": ([], []),
    "tenant_claim": (["org"], []),
    "audit": SWITCH,
    "audit_reads": (["0"], ["2", "maybe"]),
    "audit_days": (["0", "365"], ["-1", "long"]),
    "retention": PATH,
    "rates": (["read=200,list=20", "write=0.5"], ["read", "delete=1", "read=0", "list=x"]),
    "at_once": (["read=4", "list=1,write=2"], ["write=0.5", "all=3"]),
    "max_connections": (["0", "10000"], ["-1", "many"]),
    "max_streams": (["0", "100"], ["-1", "many"]),
    "slowest": (["1", "65536"], ["0", "slow"]),
    "admin_token": (["0123456789abcdef"], ["0123456789abcde"]),
    "workers": (["1", "64"], ["0", "65", "many"]),
    "sample_data": SWITCH,
    "events": SWITCH,
    "callback_schemes": (["https", "http,https"], ["ftp"]),
    "callback_hosts": HOSTS,
    "callback_networks": NETWORKS,
    "callback_secret": (["anything"], []),
    "callback_access": PATH,
    "delivery_timeout": (["1", "600"], ["0", "601", "1.5"]),
    "retry_for": (["0"], ["-1", "1d"]),
    "delivery_at_once": (["1", "256"], ["0", "257"]),
    "pause_after": (["1"], ["0"]),
    "keep_events": (["0"], ["-1"]),
    "max_events": (["1"], ["0"]),
    "max_dead_letters": (["0"], ["-1"]),
    "max_subscriptions": (["0"], ["-1"]),
}  # fmt: skip


def test_every_setting_is_tried() -> None:
    assert list(TRIED) == [field.name for field in fields(Settings)]


@pytest.mark.parametrize("name", TRIED)
def test_a_setting_takes_what_it_allows(name: str) -> None:
    for value in TRIED[name][0]:
        read_settings({f"TMF_{name.upper()}": value})


@pytest.mark.parametrize(("name", "value"), [(n, v) for n, (_, bad) in TRIED.items() for v in bad])
def test_a_wrong_setting_is_refused_with_its_name_its_value_and_what_is_allowed(
    name: str, value: str
) -> None:
    variable = f"TMF_{name.upper()}"
    shown = "what is given" if name == "admin_token" else value
    said = f"{variable}: {shown} is not allowed; give {allowed(name)}"
    sources: list[tuple[dict[str, str], dict[str, str]]]
    sources = [({variable: value}, {}), ({}, {name: value})]
    for environment, given in sources:
        with pytest.raises(SettingsError) as refused:
            read_settings(environment, **given)
        assert str(refused.value) == said


def test_a_list_names_the_piece_that_is_wrong_and_stays_on_one_line() -> None:
    with pytest.raises(
        SettingsError, match=r"^TMF_CALLBACK_NETWORKS: here is not allowed; [^\n]*$"
    ):
        read_settings({"TMF_CALLBACK_NETWORKS": "10.1.0.0/16, here"})
    with pytest.raises(SettingsError, match=r"^TMF_PORT: '8\\n0' is not allowed; [^\n]*$"):
        read_settings({"TMF_PORT": "8\n0"})


def test_tenants_have_no_neighbours() -> None:
    given = {"TMF_TENANTS": "a,b", "TMF_NEIGHBOURS": "TMF637=http://a.example/v5"}
    with pytest.raises(SettingsError, match=r"^TMF_NEIGHBOURS is not for TMF_TENANTS"):
        read_settings(given)
