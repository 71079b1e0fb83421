"""A person is erased from all that a store keeps, and a search finds nothing of it."""

import io
from pathlib import Path
from zipfile import ZipFile

import orjson
import pytest

from handlers.audit.entries import ENTRIES
from handlers.audit.sealing import Sealer, known_seal
from handlers.audit.signing import Opener, Signer
from handlers.privacy.erasing import Eraser
from handlers.privacy.exporting import export
from handlers.privacy.holding import Holdings, each
from tests.handlers.facts import Json
from tests.handlers.privacy.life import ACCOUNT, BILL, CUSTOMER, PERSON, SERVICE, Life, on
from tests.handlers.serving import Server
from tmf_apis.audit.verifying import Seen, Verifier


async def traces(holdings: Holdings, life: Life) -> set[str]:
    """Which of the texts of somebody are in the store, by their bytes."""
    found = await holdings.store.traces([mark.encode() for mark in life.marks])
    return {text.decode() for text in found}


async def erased(holdings: Holdings, life: Life, *, dry: bool = False) -> Json:
    """How much was erased, of what there was; a search finds nothing afterwards."""
    signer = Signer(life.server.settings.keys)
    eraser = Eraser(holdings, await holdings.person(life.party), signer, dry=dry)
    counts = {kind: count for kind, count in (await eraser.erase()).items() if count}
    assert dry or await eraser.left() == set()
    return counts


async def entries(holdings: Holdings) -> list[Json]:
    """The entries of the audit, which holds."""
    keys = Path(holdings.served[0].settings.keys)
    await Sealer(holdings.store, keys).seal()
    verifier, faults, found = Verifier(Opener(keys), known_seal(keys)), list[str](), list[Json]()
    async for kept in each(holdings.store, ENTRIES):
        faults += verifier.look(Seen(kept.key, kept.id, kept.body))
        found.append(orjson.loads(kept.body))
    assert [*faults, *verifier.end()] == []
    return found


async def archived(holdings: Holdings, life: Life) -> dict[str, bytes]:
    """The files of all there is of somebody."""
    out = io.BytesIO()
    await export(holdings, await holdings.person(life.customer), out, "2026-01-01T00:00:00Z")
    with ZipFile(out) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_person_is_gathered_and_erased_from_everything(server: Server) -> None:
    life, other = Life(server, "quilla").live(), Life(server, "marbo").live()

    async def work(holdings: Holdings) -> tuple[dict[str, bytes], list[Json]]:
        found = await archived(holdings, life)
        assert await traces(holdings, life) == {*life.marks}, "each stands somewhere"
        await erased(holdings, life)
        assert await traces(holdings, life) == set()
        assert await traces(holdings, other) == {*other.marks}, "others are as they were"
        return found, await entries(holdings)

    found, told = on(server, work)
    _is_gathered(life, found)
    _is_accounted_for(told)
    _is_without_its_person(life)


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
def test_a_dry_run_tells_what_there_is_and_nothing_is_left_to_erase(server: Server) -> None:
    life = Life(server, "umbra").live()

    async def work(holdings: Holdings) -> None:
        would = await erased(holdings, life, dry=True)
        assert await traces(holdings, life) == {*life.marks}
        assert would and await erased(holdings, life) == would
        assert await erased(holdings, life) == {}

    on(server, work)


def _is_gathered(life: Life, found: dict[str, bytes]) -> None:
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


def _is_accounted_for(entries: list[Json]) -> None:
    told = next(entry for entry in reversed(entries) if entry["kind"] == "erasure")
    assert told["operation"] == "erase" and told["records"]["removed: customer"] == 1
    assert all(name.startswith("erased-") for name in told["called"])
    changes = [change for entry in entries if "was" in entry for change in entry.get("change", ())]
    assert any(change.get("erased") for change in changes)
