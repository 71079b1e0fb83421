"""TLS: with a certificate of the server, and with those of clients where they are asked for."""

import ssl
from pathlib import Path

import httpx
import pytest

from handlers.app import create_app
from handlers.tls import TlsError, check_tls, options
from persistence.opening import open_store
from tests.certificates import certificate
from tests.handlers.facts import APIS
from tests.hosting import hosted
from tmf_apis.catalog import Catalog
from tmf_apis.settings import Settings, SettingsError, read_settings


def settings_in(folder: Path, *, clients: bool) -> Settings:
    cert, key = certificate(folder, "server")
    client, _ = certificate(folder, "client")
    return Settings(
        store=f"sqlite:///{folder}/tmf.db",
        sample_data=False,
        tasks=False,
        tls_cert=cert,
        tls_key=key,
        tls_client_ca=client if clients else None,
    )


@pytest.mark.parametrize("clients", [False, True])
def test_it_speaks_tls_and_to_those_it_knows(clients: bool, tmp_path: Path) -> None:
    settings = settings_in(tmp_path, clients=clients)
    check_tls(settings)
    app = create_app(settings, Catalog(tuple(APIS[:1])), open_store(settings.store))
    with hosted(app, **options(settings)) as origin:
        url = origin.replace("http:", "https:")
        context = ssl.create_default_context(cafile=str(settings.tls_cert))
        if clients:
            with pytest.raises((httpx.ReadError, httpx.ConnectError, httpx.RemoteProtocolError)):
                httpx.get(f"{url}/health", verify=context, trust_env=False)
            context.load_cert_chain(tmp_path / "client.pem", tmp_path / "client.key")
        with httpx.Client(base_url=url, verify=context, trust_env=False) as client:
            answer = client.get("/health")
            assert answer.headers["strict-transport-security"] == "max-age=31536000"
            refusal = client.get("/nothing")
            assert refusal.headers["strict-transport-security"] == "max-age=31536000"
            api = client.get("/", headers={"Accept": "application/json"}).json()["apis"][0]
            assert api["href"].startswith("https://")


def test_without_tls_nobody_is_told_to_use_it(server) -> None:
    assert "strict-transport-security" not in server.client.get("/health").headers
    assert options(Settings()) == {}
    check_tls(Settings())


def test_files_that_are_none_are_refused_and_nobody_is_asked_for_a_password(tmp_path: Path) -> None:
    cert, key = certificate(tmp_path, "a")
    other, locked = certificate(tmp_path, "b", b"password")
    for one, two in [(cert, other), (cert, None), (other, locked), (Path("README.md"), key)]:
        with pytest.raises(TlsError, match="no certificate with its key"):
            check_tls(Settings(tls_cert=one, tls_key=two))
    with pytest.raises(TlsError, match=r"README\.md: no certificates"):
        check_tls(Settings(tls_cert=cert, tls_key=key, tls_client_ca=Path("README.md")))


@pytest.mark.parametrize("name", ["TMF_TLS_KEY", "TMF_TLS_CLIENT_CA"])
def test_a_key_without_its_certificate_is_a_slip(name: str) -> None:
    with pytest.raises(SettingsError, match="ask for TMF_TLS_CERT"):
        read_settings({name: "README.md"})


def test_issuers_without_authentication_are_a_slip() -> None:
    with pytest.raises(SettingsError, match="TMF_ISSUERS asks for TMF_AUTHENTICATION=1"):
        read_settings({"TMF_ISSUERS": "https://login.example.com/Realm"})
    given = {"TMF_ISSUERS": "https://login.example.com/Realm", "TMF_AUTHENTICATION": "1"}
    assert read_settings(given).issuers == ("https://login.example.com/Realm",)
