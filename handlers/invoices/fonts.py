"""In which font a text is set, so that any text can be: no character ends in an error.

What Western European languages need is set in Helvetica, which every reader of PDF has. Other
Latin letters, Greek, Cyrillic and Devanagari are set in Noto Sans, of which a document carries the
letters it uses; Chinese, Japanese and Korean in the fonts that readers of PDF bring for them. In
place of any other character stands a question mark.
"""

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import as_file, files
from itertools import groupby
from typing import NamedTuple

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont

PLAIN, BOLD = "Helvetica", "Helvetica-Bold"
_NOTO = "NotoSans"
#: Of a text with Han characters the first of these that it has tells the language.
_KOREAN, _JAPANESE, _CHINESE = "HYGothic-Medium", "HeiseiKakuGo-W5", "STSong-Light"
_HANGUL = re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]")
_KANA = re.compile("[\u3040-\u30ff\u31f0-\u31ff]")
_EAST_ASIAN = re.compile("[\u1100-\u11ff\u2e80-\u33ff\u3400-\u9fff\uac00-\ud7af\uf900-\uffee]")
_UNKNOWN = "?"


class Piece(NamedTuple):
    """A part of a text and the name of the font it is set in."""

    font: str
    text: str


def pieces(text: str, *, bold: bool = False) -> list[Piece]:
    """A text in the fonts that have its characters; `bold` where there is such a font."""
    text = "".join(letter if letter.isprintable() else " " for letter in text)
    plain = BOLD if bold else PLAIN
    if _is_western(text):
        return [Piece(plain, text)] if text else []
    asian = _asian(text)
    return [
        Piece(font, "".join(letter for _, letter in run))
        for font, run in groupby(_letters(text, plain, asian), key=lambda pair: pair[0])
    ]


def width(text: list[Piece], size: float) -> float:
    """How wide pieces of a text are, in points."""
    return sum(float(pdfmetrics.stringWidth(piece.text, piece.font, size)) for piece in text)


def _is_western(text: str) -> bool:
    try:
        text.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


def _letters(text: str, plain: str, asian: str) -> Iterator[tuple[str, str]]:
    """Each character of a text and its font."""
    known = _noto()
    for letter in text:
        if ord(letter) in known:
            yield _NOTO, letter
        elif _EAST_ASIAN.match(letter):
            yield _cid(asian), letter
        else:
            yield plain, _UNKNOWN


def _asian(text: str) -> str:
    if _HANGUL.search(text):
        return _KOREAN
    return _JAPANESE if _KANA.search(text) else _CHINESE


@cache
def _noto() -> frozenset[int]:
    """The characters of Noto Sans; the font is read when the first text needs it."""
    with as_file(files("fontpkg_noto_sans") / "files" / "NotoSans[wdth,wght].ttf") as file:
        font = TTFont(_NOTO, str(file))
    pdfmetrics.registerFont(font)
    return frozenset(font.face.charToGlyph)


@cache
def _cid(name: str) -> str:
    pdfmetrics.registerFont(UnicodeCIDFont(name))
    return name
