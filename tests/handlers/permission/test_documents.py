"""The document of a bill is for who sees the bill, whole."""

from pathlib import Path
from uuid import uuid4

from tests.handlers.asking import refused
from tests.handlers.conftest import Start
from tests.handlers.facts import case
from tests.handlers.permission.callers import MINE, THEIRS, caller, of_party
from tests.handlers.serving import Server

BILLS = [case("TMF678-v4/customerBill"), case("TMF678-v5/customerBill")]


def test_a_document_is_for_whom_the_bill_is(guarded: Server) -> None:
    with caller(guarded, "admin") as admin, caller(guarded, "customer") as client:
        for bill in BILLS:
            ids = {}
            for whose in (MINE, THEIRS):
                document = bill.sample() | of_party(bill, whose) | {"id": str(uuid4())}
                ids[whose] = admin.load(bill, document)["id"]
            for server, whose, status in (
                (admin, THEIRS, 200),
                (client, MINE, 200),
                (client, THEIRS, 404),
            ):
                for method in ("GET", "HEAD"):
                    url = f"{bill.item(ids[whose])}/document.pdf"
                    assert server.client.request(method, url).status_code == status


def test_who_does_not_see_the_bill_whole_has_no_document(
    start: Start, keys: Path, tmp_path: Path
) -> None:
    policy = tmp_path / "policy.yaml"
    policy.write_text(
        "roles:\n  r:\n"
        "    - {apis: TMF678, resources: customerBill, allow: [retrieve], hidden: [amountDue]}\n"
        "  none:\n    - {apis: TMF678, resources: customerBill, allow: [list]}\n"
        "  admin:\n    - allow: [list, retrieve]\n"
    )
    server = start(authentication=True, keys=keys, policy=policy)
    bill = BILLS[1]
    with caller(server, "admin") as admin:
        id = admin.load(bill, bill.sample() | {"id": str(uuid4())})["id"]
        url = f"{bill.item(id)}/document.pdf"
        assert admin.client.get(url).status_code == 200
    for role in ("r", "none"):
        with caller(server, role) as client:
            refused(client.client.get(url), 403, "41", "role")
