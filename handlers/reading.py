"""The representations in a file, a JSON array or JSON lines, read piece by piece.

Whatever the size of the file, no more than one of them is in memory, with what is read ahead.
"""

import re
from codecs import BOM_UTF8, getincrementaldecoder
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from json import JSONDecodeError, JSONDecoder
from typing import BinaryIO

#: Bytes read at once.
_PIECE = 1 << 16
#: An error so close to the end of what was read may be none once more is read.
_CLOSE = 16
_DECODER = JSONDecoder()
_GAP = re.compile(r"[ \t\r\n]*")
_BLANKS = b" \t\r\n"


class LoadError(ValueError):
    """Lines that cannot be loaded: nothing of the file was. `faults` are (line, what) pairs; there
    may be more of them when not `all` was looked at.
    """

    def __init__(self, faults: Sequence[tuple[int, str]], *, all: bool = True) -> None:
        super().__init__(f"{len(faults)} lines cannot be loaded")
        self.faults = list(faults)
        self.all = all


@dataclass(frozen=True, slots=True)
class Line:
    """One representation of a file and the line it begins on."""

    number: int
    raw: bytes


def read_lines(file: BinaryIO, largest: int) -> Iterator[Line]:
    """The representations of a file from its beginning on, blank lines passed over.

    Raises `LoadError` for an array that is not JSON, and for one representation of more than
    `largest` bytes.
    """
    file.seek(0)
    start = len(BOM_UTF8) if file.read(len(BOM_UTF8)) == BOM_UTF8 else 0
    file.seek(start)
    blank = True
    while blank and (piece := file.read(_PIECE)):
        first = piece.lstrip(_BLANKS)[:1]
        blank = not first
    file.seek(start)
    return _elements(_Text(file), largest) if not blank and first == b"[" else _rows(file, largest)


def _rows(file: BinaryIO, largest: int) -> Iterator[Line]:
    for number in count(1):
        raw = file.readline(largest + 2)
        if not raw:
            return
        row = raw.rstrip(b"\r\n")
        _refuse_large(number, len(row), largest)
        if row.strip():
            yield Line(number, row)


def _elements(text: "_Text", largest: int) -> Iterator[Line]:
    """The elements of a JSON array as they are written."""
    text.pass_over("[")
    more = not text.pass_over("]")
    while more:
        number, element = text.line, text.value(largest).encode()
        _refuse_large(number, len(element), largest)
        yield Line(number, element)
        more = text.pass_over(",")
        if not more and not text.pass_over("]"):
            raise text.fault("a comma or the end of the array is missing")
    if text.goes_on():
        raise text.fault("text after the end of the array")


def _refuse_large(line: int, size: int, largest: int) -> None:
    if size > largest:
        raise LoadError([(line, f"larger than {largest} bytes (TMF_MAX_BODY)")], all=False)


class _Text:
    """The text of a file from a place on that moves: as much of it as was needed so far."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._decoder = getincrementaldecoder("utf-8")()
        self._ahead = ""
        #: Where in what was read ahead the place is, and the line it is on.
        self._place = 0
        self.line = 1
        self._ended = False

    def fault(self, what: str, further: int = 0) -> LoadError:
        """Something that is wrong so many lines behind the place."""
        return LoadError([(self.line + further, f"not JSON: {what}")], all=False)

    def goes_on(self) -> bool:
        """Whether anything but white space follows; moves up to it."""
        while True:
            gap = _GAP.match(self._ahead, self._place)
            self._move(gap.end() if gap else self._place)
            if self._place < len(self._ahead):
                return True
            if not self._read_on():
                return False

    def pass_over(self, sign: str) -> bool:
        """Move over white space, and a sign and what white space follows it if it is there."""
        found = self.goes_on() and self._ahead[self._place] == sign
        if found:
            self._move(self._place + 1)
            self.goes_on()
        return found

    def value(self, largest: int) -> str:
        """The JSON value that begins here, as it is written; moves behind it."""
        while True:
            try:
                _, end = _DECODER.raw_decode(self._ahead, self._place)
            except RecursionError as error:
                raise self.fault("nested without end") from error
            except JSONDecodeError as error:
                cut = error.msg.startswith("Unterminated") or self._near_the_end(error.pos)
                if not cut or not self._read_on():
                    lines = self._ahead.count("\n", self._place, error.pos)
                    raise self.fault(error.msg, lines) from error
            else:
                # A number at the end may go on.
                if end < len(self._ahead) or not self._read_on():
                    break
            _refuse_large(self.line, len(self._ahead) - self._place - _PIECE, largest)
        value = self._ahead[self._place : end]
        self._move(end)
        return value

    def _near_the_end(self, position: int) -> bool:
        return position >= len(self._ahead) - _CLOSE

    def _move(self, place: int) -> None:
        self.line += self._ahead.count("\n", self._place, place)
        self._place = place

    def _read_on(self) -> bool:
        """Read as much again as there is ahead, a piece at least; whether there was any."""
        if self._ended:
            return False
        self._ahead = self._ahead[self._place :]
        self._place = 0
        raw = self._file.read(max(_PIECE, len(self._ahead)))
        self._ended = not raw
        try:
            self._ahead += self._decoder.decode(raw, final=self._ended)
        except UnicodeDecodeError as error:
            lines = self._ahead.count("\n") + error.object.count(b"\n", 0, error.start)
            raise self.fault(f"{error.reason} of UTF-8", lines) from error
        return True
