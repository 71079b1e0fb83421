"""Consent is data of a customer, and the rows of a role are those that have it."""

from pathlib import Path

from tests.examples import blocks
from tests.handlers.conftest import Start
from tests.handlers.facts import Json, case
from tests.handlers.permission.callers import caller

CUSTOMER = case("TMF629-v4/customer")
DOCUMENT = Path(__file__).parents[3] / "docs" / "privacy.md"
MERGE = {"Content-Type": "application/merge-patch+json"}


def consenting(value: object) -> Json:
    return {"characteristic": [{"name": "consent.marketing", "value": value}]}


def test_who_takes_its_consent_back_is_not_there_any_more(
    start: Start, keys: Path, tmp_path: Path
) -> None:
    (role,) = [text for language, text, _ in blocks(DOCUMENT) if "marketing:" in text]
    policy = tmp_path / "policy.yaml"
    policy.write_text(f"{role}  admin:\n    - allow: [list, retrieve, create, patch]\n")
    server = start(authentication=True, keys=keys, policy=policy)
    with caller(server, "admin") as admin, caller(server, "marketing") as client:
        said = {True: consenting(True), False: consenting(False), None: {"characteristic": []}}
        ids = {value: admin.make(CUSTOMER, **more)["id"] for value, more in said.items()}
        shown = client.client.get(CUSTOMER.path)
        assert [each["id"] for each in shown.json()] == [ids[True]]
        assert shown.headers["X-Total-Count"] == "1"
        assert "paymentMethod" not in shown.json()[0]
        back = admin.client.patch(CUSTOMER.item(ids[True]), json=consenting(False), headers=MERGE)
        assert back.status_code == 200
        assert client.client.get(CUSTOMER.path).json() == []
        assert client.client.get(CUSTOMER.item(ids[True])).status_code == 404
        given = admin.client.patch(CUSTOMER.item(ids[None]), json=consenting(True), headers=MERGE)
        assert given.status_code == 200
        assert client.client.get(CUSTOMER.item(ids[None])).status_code == 200
