"""Some of many customers are erased while another goes on ordering: no byte of those that go is in
the files, all of the others is, nothing acknowledged is lost, and the audit verifies.
"""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread
from typing import Any

import httpx

from tests.proofs.serving import PROGRAM, Served

CUSTOMERS, ORDERS, ERASED = 200, 3, 10
CUSTOMER = "/tmf-api/customerManagement/v5/customer"
ORDER = "/tmf-api/productOrderingManagement/v5/productOrder"
MERGE = {"Content-Type": "application/merge-patch+json"}


def mark(number: int) -> str:
    """A name that stands nowhere else, and in no other."""
    return f"Zq{number:04d}x Marked"


def prove() -> dict[str, Any]:
    """How many were erased beside how many orders, and what is wrong."""
    problems: list[str] = []
    with TemporaryDirectory() as name:
        folder = Path(name)
        keys = str(folder / "keys")
        served = Served(folder, "--audit", "--no-sample-data", "--keys", keys, "--workers", "2")
        try:
            served.wait()
            with httpx.Client(base_url=served.origin, trust_env=False, timeout=60) as client:
                ids = [_lives(client, number) for number in range(CUSTOMERS)]
                chosen = range(0, CUSTOMERS, CUSTOMERS // ERASED)
                with _ordering(served.origin, ids[1]) as made:
                    for number in chosen:
                        done = _command(served, "privacy", "erase", "--party", ids[number],
                                        "--keys", keys)  # fmt: skip
                        if done.returncode:
                            problems.append(f"{number}: {done.stdout}{done.stderr}")
                lost = [id for id in made if client.get(f"{ORDER}/{id}").status_code != 200]
                problems += [f"the order {id} is lost" for id in lost]
                there = [client.get(f"{CUSTOMER}/{id}").status_code for id in ids]
            problems += [
                f"customer {number} is {status}"
                for number, status in enumerate(there)
                if status != (404 if number in chosen else 200)
            ]
        finally:
            served.stop()
        kept = b"".join(file.read_bytes() for file in folder.glob("tmf.db*"))
        problems += [
            f"customer {number} is {'left' if number in chosen else 'lost'}"
            for number in range(CUSTOMERS)
            if (mark(number).encode() in kept) is (number in chosen)
        ]
        verified = _command(served, "audit", "verify", "--keys", keys)
    return {
        "holds": not problems and not verified.returncode,
        "summary": f"{ERASED} of {CUSTOMERS} customers erased beside {len(made)} new orders",
        "orders acknowledged meanwhile": len(made),
        "the audit": verified.stderr.strip() or verified.stdout.strip(),
        "problems": problems[:20],
    }


def _command(served: Served, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [PROGRAM, *words, "--store", f"sqlite:///{served.store}"],
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip


def _lives(client: httpx.Client, number: int) -> str:
    """The id of a customer that orders, and changes its mind."""
    name = mark(number)
    body = {
        "@type": "Customer", "name": name,
        "engagedParty": {"@type": "PartyRef", "id": f"p{number}", "name": name},
    }  # fmt: skip
    id = str(client.post(CUSTOMER, json=body).raise_for_status().json()["id"])
    for _ in range(ORDERS):
        order = _order(client, id, name)
        note = [{"@type": "Note", "text": f"call {name}"}]
        client.patch(f"{ORDER}/{order}", json={"note": note}, headers=MERGE).raise_for_status()
    return id


def _order(client: httpx.Client, customer: str, name: str) -> str:
    who = {"@type": "PartyRoleRef", "id": customer, "name": name, "@referredType": "Customer"}
    party = {
        "@type": "RelatedPartyRefOrPartyRoleRef", "role": "customer", "partyOrPartyRole": who
    }  # fmt: skip
    item = {"@type": "ProductOrderItem", "id": "1", "action": "add"}
    body = {"@type": "ProductOrder", "productOrderItem": [item], "relatedParty": [party]}
    return str(client.post(ORDER, json=body).raise_for_status().json()["id"])


@contextmanager
def _ordering(origin: str, customer: str) -> Iterator[list[str]]:
    """Orders that a customer goes on to make, as long as the block lasts."""
    made: list[str] = []
    over = Event()

    def run() -> None:
        with httpx.Client(base_url=origin, trust_env=False, timeout=60) as client:
            while not over.is_set():
                made.append(_order(client, customer, mark(1)))

    thread = Thread(target=run)
    thread.start()
    try:
        yield made
    finally:
        over.set()
        thread.join()
