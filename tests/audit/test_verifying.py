"""A chain is what was written, or it is found out."""

from collections.abc import Callable
from dataclasses import dataclass, field

import orjson
import pytest

from persistence.links import BEGINNING, linked
from persistence.store import Link
from tmf_apis.audit.seals import Signed, Statement
from tmf_apis.audit.verifying import Seen, Verifier, original_of, redacted

AT = "2026-01-01T00:00:00.000000Z"


def signed(statement: Statement) -> str:
    """A signature that nobody else makes, as far as these tests go."""
    return f"signed:{statement.payload.decode()}"


def opening(signature: str) -> bytes:
    if not signature.startswith("signed:"):
        raise ValueError("its signature is wrong")
    return signature.removeprefix("signed:").encode()


@dataclass
class Chain:
    """Some links, as a store keeps them."""

    links: list[Link] = field(default_factory=list)

    def add(self, *names: str) -> "Chain":
        for name in names:
            self.put(orjson.dumps({"time": AT, "kind": "write", "name": name}))
        return self

    def put(self, entry: bytes) -> None:
        self.links.append(linked(self.links[-1] if self.links else BEGINNING, entry))

    def seal(self) -> "Chain":
        last = self.links[-1]
        return self.state(Statement(Signed.SEAL, last.number, last.digest, AT))

    def state(self, statement: Statement) -> "Chain":
        self.put(statement.entry(signed(statement)))
        return self

    def known(self) -> Statement:
        last = self.links[-1]
        return Statement(Signed.SEAL, last.number, last.digest, AT)


def faults(links: list[Link], known: Statement | None = None) -> list[str]:
    verifier = Verifier(opening, known)
    found = [
        fault
        for link in links
        for fault in verifier.look(Seen(link.number, str(link.number), link.body))
    ]
    return [*found, *verifier.end()]


def sealed() -> Chain:
    return Chain().add("a", "b").seal().add("c", "d").seal()


def test_a_chain_holds() -> None:
    chain = sealed()
    assert faults(chain.links, chain.known()) == []
    assert faults([]) == []


def test_it_is_told_what_is_not_sealed_yet() -> None:
    verifier = Verifier(opening)
    for link in sealed().add("e").links:
        assert list(verifier.look(Seen(link.number, str(link.number), link.body))) == []
    assert (verifier.count, verifier.sealed, verifier.unsealed) == (7, 6, 1)


def changed(link: Link, was: bytes, now: bytes) -> Link:
    assert was in link.body
    return link._replace(body=link.body.replace(was, now))


@pytest.mark.parametrize(
    ("tamper", "found"),
    [
        (lambda x: [changed(x[0], b'"a"', b'"z"'), *x[1:]], "entry 1 is not the one that entry 2"),
        (lambda x: [x[0], *x[2:]], "entries 2 to 2 are missing"),
        (lambda x: [x[0], x[2], x[1], *x[3:]], "entries 2 to 2 are missing"),
        (
            lambda x: [x[0], x[1]._replace(body=x[3].body), *x[2:]],
            "entry 2 has another number",
        ),
        (lambda x: x[1:], "entries 1 to 1 are missing"),
        (lambda x: x[:-1], "the end is missing: there was a seal of entry 6"),
        (lambda x: x[:2], "the end is missing: there was a seal of entry 6"),
        (
            lambda x: [*x[:-1], changed(x[-1], b"signed:", b"forged:")],
            "the seal in entry 6 does not",
        ),
        (
            lambda x: [*x[:-1], changed(x[-1], AT.encode(), b"2027" + AT[4:].encode())],
            "entry 6 is not the one that was sealed",
        ),
        (lambda x: [*x[:-1], x[-1]._replace(body=b"[]")], "entry 6 is no JSON object"),
        (lambda x: [*x[:-1], x[-1]._replace(body=b"{")], "entry 6 is no JSON object"),
    ],
)
def test_whatever_is_done_to_it_is_found(
    tamper: Callable[[list[Link]], list[Link]], found: str
) -> None:
    chain = sealed()
    told = faults(tamper(chain.links), chain.known())
    assert any(each.startswith(found) for each in told), told


def test_a_chain_that_is_written_anew_has_no_seal_of_ours() -> None:
    anew = Chain().add("a", "z")
    last = anew.links[-1]
    statement = Statement(Signed.SEAL, last.number, last.digest, AT)
    anew.put(statement.entry(f"forged:{statement.payload.decode()}"))
    assert faults(anew.links) == ["the seal in entry 3 does not hold: its signature is wrong"]


def test_a_seal_of_another_chain_is_not_taken() -> None:
    other = Chain().add("a", "b").links[-1]
    chain = Chain().add("a", "z").state(Statement(Signed.SEAL, 2, other.digest, AT))
    assert faults(chain.links) == ["the seal in entry 3 is of another chain"]
    again = Chain().add("a", "b", "c").state(Statement(Signed.SEAL, 2, other.digest, AT))
    assert faults(again.links) == ["the seal in entry 4 is of another place"]


def test_a_beginning_is_dropped_where_that_is_signed() -> None:
    chain = sealed()
    last = chain.links[2]
    chain.state(Statement(Signed.CUT, last.number, last.digest, AT)).seal()
    assert faults(chain.links[3:], chain.known()) == []
    # What was to be dropped, and is there still.
    assert faults(chain.links[1:], chain.known()) == []
    assert faults(chain.links[4:], chain.known()) == ["entries 4 to 4 are missing"]


def test_a_beginning_that_is_another_does_not_follow() -> None:
    chain = sealed()
    chain.state(Statement(Signed.CUT, 3, "another", AT)).seal()
    assert faults(chain.links[3:]) == ["entry 4 does not follow what was dropped"]


def test_an_entry_under_another_id_is_found() -> None:
    verifier = Verifier(opening)
    [link] = Chain().add("a").links
    assert list(verifier.look(Seen(1, "7", link.body))) == ["entry 1 is kept under the id 7"]


def without(link: Link, name: str = "erased") -> Link:
    """A link whose entry is redacted."""
    entry = orjson.loads(link.body) | {"name": name}
    return link._replace(body=redacted(entry, link.digest))


def redaction(chain: Chain, *links: Link) -> list[Link]:
    """A chain with some links in the places of others, of which a signed entry speaks."""
    told = tuple((link.number, link.digest) for link in links)
    chain.state(Statement(Signed.REDACTION, told[-1][0], "", AT, told)).seal()
    instead = {link.number: link for link in links}
    return [instead.get(link.number, link) for link in chain.links]


def test_what_is_redacted_stands_for_what_it_was() -> None:
    chain = sealed()
    first, second = without(chain.links[0]), without(chain.links[3])
    links = redaction(chain, first, second)
    assert faults(links, chain.known()) == []
    assert original_of(orjson.loads(first.body)) == sealed().links[0].digest
    # It may be cut short before the entries are written over, and done again.
    assert faults(chain.links, chain.known()) == []
    again = without(first, "gone")
    chain.links = links
    assert faults(redaction(chain, again)) == []
    assert original_of(orjson.loads(again.body)) == sealed().links[0].digest


@pytest.mark.parametrize(
    "harm",
    [
        lambda link: without(link, "other"),
        lambda link: changed(link, b"erased", b"chosen"),
        lambda link: link._replace(
            body=redacted({"id": "1", "number": 1, "previousHash": ""}, "x")
        ),
    ],
)
def test_what_is_redacted_otherwise_than_it_was_signed_is_found(
    harm: Callable[[Link], Link],
) -> None:
    chain = sealed()
    links = redaction(chain, without(chain.links[0]))
    assert faults([harm(links[0]), *links[1:]], chain.known())


def test_a_redaction_that_nothing_signed_speaks_of_is_found() -> None:
    chain = sealed()
    links = [without(chain.links[0]), *chain.links[1:]]
    assert faults(links, chain.known()) == [
        "entry 1 was redacted, and nothing that is signed says so"
    ]
    entry = Statement(Signed.REDACTION, 1, "", AT, ((1, links[0].digest),)).entry(
        "signed by nobody"
    )
    chain.links = links
    chain.put(entry)
    assert len(faults(chain.links)) == 2
