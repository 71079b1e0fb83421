import pytest

from conformance.invariants.seen import ITEM, LIST, Place, place
from tmf_apis.catalog import built_in

API = next(api for api in built_in() if (api.number, api.major) == ("TMF620", "v4"))
BASE = "http://host/base"


@pytest.mark.parametrize(
    ("path", "kind", "id"),
    [
        ("/catalog", LIST, ""),
        ("/catalog?limit=1", LIST, ""),
        ("/catalog/a%20b", ITEM, "a b"),
        ("/catalog/a:(version=1.0)", ITEM, "a"),
        ("/catalog/a:(VERSION=1.0)", ITEM, "a"),
    ],
)
def test_a_path_addresses_a_collection_or_one_record(path: str, kind: str, id: str) -> None:
    assert place(API, BASE, BASE + path) == Place(kind, API.resource("catalog"), id)
