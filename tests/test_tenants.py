"""Who the tenants of a server are, and what each has of its own."""

from dataclasses import replace
from pathlib import Path

import pytest

from tmf_apis.settings import Settings, SettingsError, read_settings
from tmf_apis.tenants import TenantsError, tenant_of, tenants_of

SETTINGS = Settings(store="sqlite:///data/{tenant}.db", tenants="acme, globex")


def test_each_name_has_a_store_keys_and_folders_of_its_own(tmp_path: Path) -> None:
    found = tenants_of(replace(SETTINGS, jobs_folders=(tmp_path,), bill_issuer="Both"))
    assert list(found) == ["acme", "globex"]
    globex = found["globex"].settings
    assert globex.store == "sqlite:///data/globex.db"
    assert globex.keys == Path("data/keys/globex")
    assert globex.jobs_folders == (tmp_path / "globex",)
    assert (globex.tenant, globex.tenants, globex.bill_issuer) == ("globex", "", "Both")


def test_a_file_gives_each_what_it_says_and_all_else_of_the_server(tmp_path: Path) -> None:
    file = tmp_path / "tenants.yaml"
    file.write_text(
        "acme:\nglobex:\n  hosts: [Shop.Example.COM, globex.test]\n"
        "  store: mongodb://127.0.0.1/tmf_globex\n  sample_data: no\n"
    )
    found = tenants_of(replace(SETTINGS, tenants=str(file)))
    assert found["acme"].settings.store == "sqlite:///data/acme.db"
    assert found["acme"].settings.sample_data
    assert found["globex"].hosts == ("shop.example.com", "globex.test")
    assert found["globex"].settings.store == "mongodb://127.0.0.1/tmf_globex"
    assert not found["globex"].settings.sample_data


@pytest.mark.parametrize(
    "names",
    ["a/b", "..", "a,..", "Acme", "-a", "a-", "a.b", "a b", "a" * 64, "é", "a,a", ",", "{tenant}"],
)
def test_names_that_are_no_label_of_a_host_are_refused(names: str) -> None:
    with pytest.raises(TenantsError, match=r"^TMF_TENANTS"):
        tenants_of(replace(SETTINGS, tenants=names))


def test_a_name_as_long_as_a_label_is_taken() -> None:
    assert list(tenants_of(replace(SETTINGS, tenants="a" * 63))) == ["a" * 63]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a:\n  workers: 2\n", "line 2: workers is no setting of a tenant"),
        ("a:\n  tenants: b\n", "line 2: tenants is no setting of a tenant"),
        ("a:\n\n../b:\n", "line 3: '../b' is no name of a tenant"),
        ("a:\nb:\n  sandbox: perhaps\n", "line 2: TMF_SANDBOX: perhaps is not allowed"),
        ("a:\n  store: sqlite:///x.db\nb:\n  store: sqlite:///./x.db\n", "have the same store"),
        ("a:\n  hosts: x.y\nb:\n  hosts: X.Y\n", "a and b have the same host x.y"),
        ("a:\n  keys: k\nb:\n  keys: k\n", "have the same keys"),
        ("a:\na:\n", "line 2: a is here twice"),
        ("- a\n", "line 1: here names and values are needed"),
        ("", "there is nothing in it"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused(text: str, why: str, tmp_path: Path) -> None:
    file = tmp_path / "tenants.yaml"
    file.write_text(text)
    with pytest.raises(TenantsError) as refusal:
        tenants_of(replace(SETTINGS, tenants=str(file)))
    assert why in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_tenants_do_not_share_a_store() -> None:
    with pytest.raises(TenantsError, match=r"^TMF_STORE: say where \{tenant\} stands"):
        tenants_of(Settings(tenants="acme,globex"))


def test_one_of_them_can_be_meant() -> None:
    assert tenant_of(replace(SETTINGS, tenant="acme")).store == "sqlite:///data/acme.db"
    assert tenant_of(Settings()) == Settings()
    with pytest.raises(TenantsError, match="there is no tenant initech"):
        tenant_of(replace(SETTINGS, tenant="initech"))
    with pytest.raises(SettingsError, match="TMF_TENANT asks for TMF_TENANTS"):
        read_settings({"TMF_TENANT": "acme"})
