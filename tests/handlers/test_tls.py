"""TLS: with a certificate of the server, and with those of clients where they are asked for."""

import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from handlers.app import create_app
from handlers.tls import TlsError, check_tls, options
from persistence.opening import open_store
from tests.handlers.facts import APIS
from tests.hosting import hosted
from tmf_apis.catalog import Catalog
from tmf_apis.settings import Settings, SettingsError, read_settings


def certificate(folder: Path, name: str, password: bytes = b"") -> tuple[Path, Path]:
    """A certificate that has signed itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    cert, secret = folder / f"{name}.pem", folder / f"{name}.key"
    cert.write_bytes(made.public_bytes(Encoding.PEM))
    how = BestAvailableEncryption(password) if password else NoEncryption()
    secret.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, how))
    return cert, secret


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
