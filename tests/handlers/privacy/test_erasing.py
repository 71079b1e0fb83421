"""A person is erased from all that a store keeps, and a search finds nothing of it."""

import io
from pathlib import Path
from zipfile import ZipFile

import orjson
import pytest

from handlers.audit.entries import ENTRIES
from handlers.audit.sealing import Sealer, known_seal
from handlers.audit.signing import Opener, Signer, folder_of
from handlers.identity.keys import make_first
from handlers.privacy.erasing import Eraser
from handlers.privacy.exporting import export
from handlers.privacy.holding import Holdings, each
from tests.handlers.conftest import Start
from tests.handlers.facts import Json
from tests.handlers.permission.callers import caller
from tests.handlers.privacy.life import ACCOUNT, BILL, CUSTOMER, PERSON, SERVICE, WHOLE, Life, on
from tests.handlers.serving import Server
from tmf_apis.audit.verifying import Seen, Verifier


@pytest.fixture(params=["sqlite", "mongodb"])
def server(request: pytest.FixtureRequest, start: Start, tmp_path: Path) -> Server:
    make_first(tmp_path)
    make_first(folder_of(tmp_path))
    return start(
        catalog=WHOLE, kind=request.param, authentication=True, audit=True, audit_reads=True,
        keys=tmp_path,
    )  # fmt: skip


def traces(life: Life) -> set[str]:
    """Which of the texts of somebody are in its store, by their bytes."""

    async def work(holdings: Holdings) -> set[bytes]:
        return await holdings.store.traces([mark.encode() for mark in life.marks])

    return {found.decode() for found in on(life.server, work)}


def erased(life: Life, *, dry: bool = False) -> tuple[Json, set[str]]:
    """How much was erased, and what a search finds then."""

    async def work(holdings: Holdings) -> tuple[Json, set[str]]:
        person = await holdings.person(life.party)
        eraser = Eraser(holdings, person, Signer(life.server.settings.keys), dry=dry)
        return dict(await eraser.erase()), await eraser.left()

    return on(life.server, work)


def faults(server: Server) -> list[str]:
    """What is wrong with the audit."""
    keys = server.settings.keys

    async def work(holdings: Holdings) -> list[str]:
        await Sealer(holdings.store, keys).seal()
        verifier, found = Verifier(Opener(keys), known_seal(keys)), list[str]()
        async for kept in each(holdings.store, ENTRIES):
            found += verifier.look(Seen(kept.key, kept.id, kept.body))
        return [*found, *verifier.end()]

    return on(server, work)


def archived(life: Life) -> dict[str, bytes]:
    """The files of all there is of somebody."""

    async def work(holdings: Holdings) -> bytes:
        out = io.BytesIO()
        await export(holdings, await holdings.person(life.customer), out, "2026-01-01T00:00:00Z")
        return out.getvalue()

    with ZipFile(io.BytesIO(on(life.server, work))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def entries(server: Server) -> list[Json]:
    """The entries of the audit."""

    async def work(holdings: Holdings) -> list[Json]:
        return [orjson.loads(kept.body) async for kept in each(holdings.store, ENTRIES)]

    return on(server, work)


def test_a_person_is_gathered_and_erased_from_everything(server: Server) -> None:
    life, other = Life(server, "quilla").live(), Life(server, "marbo").live()
    _is_gathered(life)
    assert traces(life) == {*life.marks}, "each stands somewhere in what bytes show"
    would, _ = erased(life, dry=True)
    assert traces(life) == {*life.marks}, "a dry run writes nothing"
    did, left = erased(life)
    assert {kind: n for kind, n in did.items() if n} == {kind: n for kind, n in would.items() if n}
    assert not left
    assert traces(life) == set()
    assert traces(other) == {*other.marks}, "others are as they were"
    _is_accounted_for(server)
    again, left = erased(life)
    assert not left and not again["audit entries"] and not again["events"], "nothing is left"
    _is_without_its_person(life)


def _is_gathered(life: Life) -> None:
    found = archived(life)
    kinds = {name.split("/")[0] for name in found}
    assert kinds == {"records", "events", "idempotency", "beside", "manifest.json"}
    manifest = orjson.loads(found["manifest.json"])
    assert set(manifest["party"]) == {life.party, life.customer}
    assert {"audit/v1/entry", "events/dead"} <= {*manifest["files"]}
    for id in (*(id for _, id in life.orders), life.party, life.bill):
        assert sum(name.endswith(f"/{id}.json") for name in found) == 2, "in both its versions"
    everything = b"".join(found.values())
    assert not [mark for mark in life.marks if mark.encode() not in everything]
    assert b"marbo" not in everything


def _is_without_its_person(life: Life) -> None:
    for of, id in ((PERSON, life.party), (CUSTOMER, life.customer)):
        assert life.shown(of, id).status_code == 404
    for of, id in (*life.orders, (SERVICE, life.service), (ACCOUNT, life.account)):
        answer = life.shown(of, id)
        assert answer.status_code == 200
        assert life.customer not in answer.text and "erased" in answer.text
    bill, whole = life.shown(BILL, life.bill).json(), BILL.sample()
    for name in ("billNo", "billDate", "amountDue", "taxItem", "appliedPayment", "remainingAmount"):
        assert bill[name] == whole[name], "what law needs of a bill stays"
    assert bill["billingAccount"]["id"] == life.account


def _is_accounted_for(server: Server) -> None:
    found = entries(server)
    (told,) = [entry for entry in found if entry["kind"] == "erasure"]
    assert told["operation"] == "erase" and told["records"]["removed: customer"] == 1
    assert all(name.startswith("erased-") for name in told["called"])
    changes = [change for entry in found if "was" in entry for change in entry.get("change", ())]
    assert any(change.get("erased") for change in changes)
    assert faults(server) == []
    with caller(server, "admin") as admin:
        redacted = next(entry for entry in found if "was" in entry and entry.get("resourceId"))
        shown = admin.client.get(f"/audit/v1/entry/{redacted['id']}")
        assert shown.status_code == 200
