"""A token that is bound to a certificate opens nothing to who shows another one, or none."""

import ssl
from pathlib import Path
from typing import Any

import click.testing
import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from handlers.app import create_app
from handlers.identity.binding import CERTIFICATE, bound_to, thumbprint
from handlers.identity.keys import make_first, signed
from handlers.identity.refusals import BadToken
from handlers.tls import options
from persistence.opening import open_store
from tests.certificates import certificate
from tests.handlers.conftest import Start
from tests.handlers.facts import APIS
from tests.handlers.identity.test_tokens import PATH
from tests.hosting import hosted
from tmf_apis.catalog import Catalog
from tmf_apis.cli import main
from tmf_apis.settings import Settings


def digest(cert: Path) -> str:
    return thumbprint(x509.load_pem_x509_certificate(cert.read_bytes()).public_bytes(Encoding.DER))


def test_it_is_used_by_who_shows_its_certificate_alone(tmp_path: Path) -> None:
    cert, key = certificate(tmp_path, "server")
    ours, our_key = certificate(tmp_path, "ours")
    theirs, their_key = certificate(tmp_path, "theirs")
    both = tmp_path / "both.pem"
    both.write_bytes(ours.read_bytes() + theirs.read_bytes())
    keys = tmp_path / "keys"
    make_first(keys)
    settings = Settings(
        store=f"sqlite:///{tmp_path}/tmf.db", sample_data=False, tasks=False, tls_cert=cert,
        tls_key=key, tls_client_ca=both, authentication=True, keys=keys,
    )  # fmt: skip
    said = ["--client", "desk", "--role", "admin", "--keys", str(keys), "--certificate", str(ours)]
    made = click.testing.CliRunner(env={"TMF_REFERENCE": None}).invoke(main, ["token", *said])
    assert made.exit_code == 0, made.output
    headers = {"Authorization": f"Bearer {made.stdout.strip()}"}
    app = create_app(settings, Catalog(tuple(APIS[:1])), open_store(settings.store))
    with hosted(app, **options(settings)) as origin:
        statuses = []
        for shown, secret in ((ours, our_key), (theirs, their_key), (ours, our_key)):
            context = ssl.create_default_context(cafile=str(cert))
            context.load_cert_chain(shown, secret)
            url = origin.replace("http:", "https:") + PATH
            answer = httpx.get(url, headers=headers, verify=context, trust_env=False)
            statuses.append(answer.status_code)
        assert statuses == [200, 401, 200]


def test_without_tls_nobody_uses_it(start: Start, tmp_path: Path) -> None:
    make_first(tmp_path)
    server = start(authentication=True, keys=tmp_path)
    for bound, status in ((None, 200), ({CERTIFICATE: "x"}, 401), ({"jkt": "x"}, 401)):
        more: dict[str, Any] = {} if bound is None else {"cnf": bound}
        token = signed(tmp_path, "tmf-apis", 60, sub="ann", roles=["admin"], **more)
        answer = server.client.get(PATH, headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == status


@pytest.mark.parametrize(
    "bound", [None, {}, "x", [], {"jkt": "x"}, {CERTIFICATE: "x", "jkt": "x"}, {CERTIFICATE: ""},
              {CERTIFICATE: 7}],
)  # fmt: skip
def test_what_is_bound_to_something_else_is_not_taken(bound: Any) -> None:
    with pytest.raises(BadToken, match="bound to"):
        bound_to({"cnf": bound})


def test_what_is_bound_to_nothing_is_for_its_bearer() -> None:
    assert bound_to({}) == ""
    assert bound_to({"cnf": {CERTIFICATE: "x"}}) == "x"
    # Of RFC 7638's kind: 32 bytes, without padding.
    assert thumbprint(b"") == "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU"


def test_a_file_that_is_no_certificate_binds_nothing(tmp_path: Path) -> None:
    said = ["--client", "a", "--role", "admin", "--keys", str(tmp_path)]
    found = click.testing.CliRunner().invoke(main, ["token", *said, "--certificate", "README.md"])
    assert found.exit_code == 2
    assert "README.md: it is no certificate" in found.output
