"""The page on versions is what its program prints."""

from authoring.versions import page
from tests.authoring.conftest import ROOT


def test_the_page_on_versions_is_current() -> None:
    assert (ROOT / "docs" / "versions.md").read_text() == page()


def test_every_resource_and_a_renamed_attribute_are_on_it() -> None:
    text = page()
    assert "| `orderDate` | `creationDate` | renamed |" in text
    assert "In v5 `catalog` is `productCatalog`." in text
