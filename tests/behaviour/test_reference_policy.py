"""Policies for references: a word for all, or a file; what is wrong with one."""

from pathlib import Path

import pytest

from tmf_apis.behaviour.reference_policy import Policies, Policy, ReferencesError, read_policies
from tmf_apis.settings import SettingsError, read_settings

FILE = """
default: warn
references:
  - {api: TMF622, resource: productOrder, reference: productOffering, policy: off}
  - {api: TMF622, resource: productOrder, reference: productOrderItem.productOffering,
     versions: [v5], policy: enforce}
"""


def written(folder: Path, text: str) -> str:
    file = folder / "references.yaml"
    file.write_text(text)
    return str(file)


@pytest.mark.parametrize("policy", Policy)
def test_a_word_is_for_all(policy: Policy) -> None:
    assert read_policies(policy) == Policies(policy)
    assert read_policies(policy).off == (policy is Policy.OFF)


def test_a_file_is_for_some_as_well(tmp_path: Path) -> None:
    found = read_policies(written(tmp_path, FILE))
    assert not found.off
    v4, v5 = (found.about("TMF622", version, "productOrder") for version in ("v4", "v5"))
    path = ("productOrderItem", "productOffering")
    assert (v4.of(path), v5.of(path)) == (Policy.OFF, Policy.ENFORCE)
    assert v5.of(("x", *path)) is Policy.ENFORCE
    assert v5.of(("productOffering",)) is Policy.OFF
    assert v5.of(("relatedParty",)) is Policy.WARN
    assert found.about("TMF620", "v4", "category") == Policies(Policy.WARN)


def test_an_empty_list_leaves_the_default(tmp_path: Path) -> None:
    assert read_policies(written(tmp_path, "{}")).off
    assert read_policies(written(tmp_path, "default: off")).off
    assert read_policies(written(tmp_path, "default: enforce")) == Policies(Policy.ENFORCE)


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("[", "line 2"),
        ("[]", "not policies"),
        ("default: maybe", "use off, warn, enforce"),
        ("references: [{api: TMF622}]", "resource"),
        ("references: [{api: a, resource: b, reference: '', policy: warn}]", "reference"),
        ("\x00", "not allowed"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(text: str, about: str, tmp_path: Path) -> None:
    with pytest.raises(ReferencesError, match=about):
        read_policies(written(tmp_path, text))


def test_the_setting_is_a_word_or_a_file(tmp_path: Path) -> None:
    file = written(tmp_path, FILE)
    for given in (*Policy, file):
        assert read_settings({"TMF_REFERENCES": given}).references == given
    with pytest.raises(
        SettingsError, match=r"TMF_REFERENCES: always .* give off, warn, enforce or"
    ):
        read_settings({"TMF_REFERENCES": "always"})
