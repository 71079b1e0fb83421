"""The `config.json` of TM Forum's own kit, in the spellings that its releases use."""

import json
from pathlib import Path
from typing import Any

import pytest

from conformance.certification.ctk_config import ConfigError, CtkConfig, fixtures, read
from tmf_apis.catalog import built_in

API = next(api for api in built_in() if (api.number, api.major) == ("TMF622", "v4"))
ORDER = {"productOrderItem": [{"id": "1", "action": "add"}]}
URL = "http://host/tmf-api/productOrderingManagement/v4/"


def given(folder: Path, **content: Any) -> CtkConfig:
    path = folder / "config.json"
    path.write_text(json.dumps(content))
    return read(path)


def test_url_headers_and_product_are_taken(tmp_path: Path) -> None:
    config = given(
        tmp_path,
        companyName="Maker", productName="Orders", productVersion="2.1", url=URL,
        headers={"X-Api-Key": "1234", "Content-Type": "application/json"},
    )  # fmt: skip
    assert config.url == URL
    assert config.headers == (("X-Api-Key", "1234"),)
    assert (config.product.company, config.product.name, config.product.version) == (
        "Maker", "Orders", "2.1",
    )  # fmt: skip


def test_headers_may_be_a_list(tmp_path: Path) -> None:
    listed = [{"key": "X-Api-Key", "value": "1234"}, {"name": "X-Team", "value": "a"}]
    config = given(tmp_path, url=URL, headers=listed)
    assert config.headers == (("X-Api-Key", "1234"), ("X-Team", "a"))


@pytest.mark.parametrize(
    "payload",
    [ORDER, [ORDER], {"payload": ORDER}, [{"body": ORDER}], {"TC_Order_1": ORDER}],
    ids=("alone", "in a list", "wrapped", "wrapped in a list", "as a case"),
)
def test_a_payload_becomes_what_is_put_into_a_body(tmp_path: Path, payload: Any) -> None:
    config = given(tmp_path, url=URL, payloads={"ProductOrder": {"POST": payload}})
    assert fixtures(config, API) == ({"productOrder": {"attributes": ORDER}}, [])


def test_the_payload_of_a_patch_is_what_is_changed(tmp_path: Path) -> None:
    change = {"description": "other"}
    config = given(tmp_path, url=URL, payloads={"productorder": {"patch": change}})
    assert fixtures(config, API)[0] == {"productOrder": {"change": change}}


def test_what_is_not_heeded_is_said(tmp_path: Path) -> None:
    payloads = {"Invoice": {"POST": ORDER}, "ProductOrder": {"POST": [ORDER, {}, ORDER]}}
    config = given(tmp_path, url=URL, payloads=payloads, mode="silent")
    assert fixtures(config, API)[1] == [
        "config.json: mode is passed over",
        "payloads of Invoice are passed over: TMF622 has no such resource",
        "of 2 payloads to POST productOrder the first is sent",
    ]


@pytest.mark.parametrize("text", ["[]", "{}", '{"colour": "red"}', "{"])
def test_another_file_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "config.json"
    path.write_text(text)
    with pytest.raises(ConfigError, match=r"config\.json"):
        read(path)
