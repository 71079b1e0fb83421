"""`Tmf-Hint`: what the server took, though a rule would have it otherwise (D24).

A rule of level SHOULD, MAY or CHOICE refuses nothing by itself. It says so in the answer instead:
one header field for each hint, the place as a JSON Pointer or the name of a parameter first.
"""

from collections.abc import Iterable
from urllib.parse import quote

HEADER = b"tmf-hint"
#: An answer bears so many hints at most, each so many characters long.
MOST, LONGEST = 3, 300

#: What may stand in a header field as it is (RFC 9110, section 5.5).
_PLAIN = "".join(map(chr, range(0x20, 0x7F)))


def hint_headers(hints: Iterable[str]) -> list[tuple[bytes, bytes]]:
    """The header fields of some hints: each said once, the first three of them.

    What is not visible ASCII is percent-encoded.
    """
    told = list(dict.fromkeys(hints))[:MOST]
    return [(HEADER, _spelt(hint.strip())) for hint in told]


def _spelt(hint: str) -> bytes:
    """A hint as it is sent, cut between two of its characters if it is long."""
    pieces = [quote(character, safe=_PLAIN) for character in hint[:LONGEST]]
    while len(text := "".join(pieces)) > LONGEST:
        pieces = pieces[: len(pieces) * LONGEST // len(text)]
    return text.encode()
