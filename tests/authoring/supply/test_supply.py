"""What the product is made of: its licences, its bill of materials, and that no secret is in it."""

import re
from datetime import UTC, datetime
from email.message import Message
from importlib.metadata import Distribution
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from authoring.supply import licences, secrets
from authoring.supply.packages import LOCK, Package, licence_of, packages
from authoring.supply.sbom import bill

AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def package(licence: str, *, installed: bool = True) -> Package:
    return Package("a", "1.0", ("0" * 64,), licence, installed)


def test_the_packages_are_those_of_the_lock() -> None:
    found = list(packages())
    named = re.findall(r"^([\w.-]+)==", LOCK.read_text(), re.MULTILINE)
    assert [each.name for each in found] == named
    assert all(each.hashes for each in found)
    [orjson] = [each for each in found if each.name == "orjson"]
    assert orjson.licence == "MPL-2.0 AND (Apache-2.0 OR MIT)"
    assert orjson.purl == f"pkg:pypi/orjson@{orjson.version}"


def test_what_is_not_installed_has_no_licence_here(tmp_path: Path) -> None:
    lock = tmp_path / "lock.txt"
    digest = "a" * 64
    lock.write_text(f"no-such-package==1.0 ; python_version > '3' \\\n    --hash=sha256:{digest}\n")
    [found] = packages(lock)
    assert found == Package("no-such-package", "1.0", (digest,), "", False)
    assert list(licences.faults([found])) == []


def told(**members: str | list[str]) -> Distribution:
    message = Message()
    for name, values in members.items():
        for value in values if isinstance(values, list) else [values]:
            message[name.replace("_", "-")] = value
    distribution = Mock(spec=Distribution)
    distribution.metadata = message
    return distribution


@pytest.mark.parametrize(
    ("members", "licence"),
    [
        ({"License_Expression": "MIT", "License": "x"}, "MIT"),
        ({"License": "BSD\n  License"}, "BSD License"),
        ({"License": "word " * 99, "Classifier": ["License :: OSI Approved :: MIT"]}, "MIT"),
        (
            {"Classifier": ["License :: A", "Topic :: B", "License :: OSI Approved :: C"]},
            "A OR C",
        ),
        ({}, ""),
    ],
)  # fmt: skip
def test_a_licence_is_what_a_package_says(members: Any, licence: str) -> None:
    assert licence_of(told(**members)) == licence


@pytest.mark.parametrize(
    "licence", ["MIT", "MPL-2.0", "Apache-2.0 OR GPL-3.0-only", "MIT AND (BSD-3-Clause OR GPL-2.0)"]
)
def test_what_asks_for_nothing_may_be_used(licence: str) -> None:
    assert list(licences.faults([package(licence)])) == []


@pytest.mark.parametrize(
    "licence",
    [
        *("GPL-3.0-or-later", "AGPL-3.0-only", "LGPLv3", "GNU General Public License v2 (GPLv2)"),
        *("MIT AND GPL-2.0", "GPL-2.0 OR AGPL-3.0", "SSPL-1.0", "BUSL-1.1", "CC-BY-NC-4.0"),
    ],
)
def test_what_asks_that_others_give_theirs_away_may_not(licence: str) -> None:
    assert list(licences.faults([package(licence)])) == [f"a is {licence}"]


def test_what_says_nothing_is_told() -> None:
    assert list(licences.faults([package("")])) == ["a says nothing of its licence"]


def test_the_product_may_be_given_to_anybody(capsys: pytest.CaptureFixture[str]) -> None:
    assert licences.main() == 0
    assert capsys.readouterr().out == ""


def test_the_bill_lists_every_package_with_its_hashes_and_its_licence() -> None:
    found = [package("MIT"), package("BSD license (see license.txt)")._replace(name="b")]
    made = bill(found, AT)
    assert (made["bomFormat"], made["specVersion"]) == ("CycloneDX", "1.6")
    assert made["metadata"]["timestamp"] == "2026-01-02T03:04:05+00:00"
    assert made["metadata"]["component"]["name"] == "tmf-apis"
    one, two = made["components"]
    assert one == {
        "type": "library",
        "bom-ref": "pkg:pypi/a@1.0",
        "name": "a",
        "version": "1.0",
        "purl": "pkg:pypi/a@1.0",
        "externalReferences": [
            {
                "type": "distribution",
                "url": "https://pypi.org/project/a/1.0/",
                "hashes": [{"alg": "SHA-256", "content": "0" * 64}],
            }
        ],
        "licenses": [{"expression": "MIT"}],
    }
    assert two["licenses"] == [{"license": {"name": "BSD license (see license.txt)"}}]
    [itself] = made["dependencies"]
    assert itself["dependsOn"] == ["pkg:pypi/a@1.0", "pkg:pypi/b@1.0"]
    again = bill(found, datetime(2027, 1, 1, tzinfo=UTC))
    assert again["serialNumber"] == made["serialNumber"] != bill(found[:1], AT)["serialNumber"]
    whole = bill(packages(), AT)["components"]
    assert len({each["bom-ref"] for each in whole}) == len(whole) > 40


#: What secrets look like, put together here so that none is in this file.
LEAKS = {
    "a private key": "-----BEGIN EC " + "PRIVATE KEY-----\n" + "MHcCAQEEIB" * 4,
    "a private JWK": '{"kty": "EC", "d": "' + "x" * 43 + '"}',
    "a token": ".".join(["ey" + "J" + "a" * 20, "ey" + "J" + "b" * 20, "c" * 43]),
    "a key of AWS": "AKIA" + "A1" * 8,
    "a token of GitHub": "ghp_" + "a" * 36,
    "a token of GitLab": "glpat-" + "a" * 20,
    "a token of Slack": "xoxb-" + "1" * 24,
    "a key of Google": "AIza" + "b" * 35,
    "a token of PyPI": "pypi-AgE" + "c" * 60,
    "a key of Stripe": "sk_live_" + "d" * 24,
    "a password in a URL": "mongodb://user:" + "s3cret" * 3 + "@host/db",
}


@pytest.mark.parametrize("what", secrets.SHAPES)
def test_a_secret_is_found_by_its_shape(what: str) -> None:
    assert list(secrets.found_in(f"one\ntwo = {LEAKS[what]}\nthree")) == [(2, what)]


@pytest.mark.parametrize(
    "text",
    [
        "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE",
        '{"kty": "EC", "x": "' + "x" * 43 + '"}',
        "mongodb://user:***@host/db",
        "https://user:${PASSWORD_OF_THE_STORE}@host",
        "sha256:" + "a" * 64,
    ],
)
def test_what_is_none_is_passed_over(text: str) -> None:
    assert list(secrets.found_in(text)) == []


def test_no_secret_is_kept(capsys: pytest.CaptureFixture[str]) -> None:
    assert len(secrets.kept()) > 300
    assert secrets.main() == 0, capsys.readouterr().out


def test_a_file_that_is_no_text_is_passed_over() -> None:
    assert (
        list(secrets.faults([secrets.ROOT / "nothing-there", *secrets.ROOT.glob("docs/images/*")]))
        == []
    )
