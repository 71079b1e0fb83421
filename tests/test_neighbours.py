"""`TMF_NEIGHBOURS`: which APIs are other servers', from a list or from a folder."""

from pathlib import Path

import pytest

from tmf_apis.neighbours import Address, addresses, by_api


def test_a_list_is_in_the_order_of_its_apis() -> None:
    found = addresses(" TMF637=https://a.example/p/v5/ ,tmf620=http://b.example:8080/c/v4")
    assert found == ("TMF620=http://b.example:8080/c/v4", "TMF637=https://a.example/p/v5")
    known = by_api(found)
    assert known["TMF637"] == Address("TMF637", "https://a.example/p/v5")
    assert (known["TMF637"].major, known["TMF620"].major) == ("v5", "v4")
    assert addresses("") == addresses(",") == ()


def test_a_folder_has_a_file_for_each_api(tmp_path: Path) -> None:
    """As Kubernetes mounts a ConfigMap: keys are links, beside folders of its own."""
    data = tmp_path / "..2026"
    data.mkdir()
    (data / "TMF637").write_text("http://inventory/tmf-api/productInventory/v5\n")
    (tmp_path / "TMF637").symlink_to(data / "TMF637")
    (tmp_path / "other").write_text("no URL")
    assert addresses(str(tmp_path)) == ("TMF637=http://inventory/tmf-api/productInventory/v5",)


@pytest.mark.parametrize("text", ["", "not ready", "http://a.example", "http://a.example/v5,b"])
def test_a_file_without_a_url_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "TMF637").write_text(text)
    with pytest.raises(ValueError, match="TMF637="):
        addresses(str(tmp_path))


def test_an_api_is_in_one_place() -> None:
    with pytest.raises(ValueError, match="TMF637=http://b"):
        addresses("TMF637=http://a.example/v5,TMF637=http://b.example/v5")
