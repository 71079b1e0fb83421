"""An invoice as a PDF: A4, as many pages as its lines need, the same bytes for the same texts."""

from io import BytesIO

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from handlers.invoices.fonts import pieces, width
from tmf_apis.behaviour.invoice import Invoice, Row, Sum

_WIDTH, _HEIGHT = A4
_LEFT, _RIGHT = 20 * mm, _WIDTH - 20 * mm
_TOP, _BOTTOM = _HEIGHT - 20 * mm, 24 * mm
#: Where the columns of figures end: tax in percent, without and with tax.
_COLUMNS = (_RIGHT - 58 * mm, _RIGHT - 29 * mm, _RIGHT)
_WHAT = _COLUMNS[0] - 22 * mm - _LEFT
_FACTS = _LEFT + 92 * mm
_INK, _FAINT, _RULE = HexColor("#1a2330"), HexColor("#5d6b7c"), HexColor("#c9d1da")
_SIZE, _SMALL = 9.5, 8
_ROW, _ROW_WITH_TIME, _HEADING = 16, 25, 20


def draw(invoice: Invoice) -> bytes:
    """The document of an invoice."""
    file = BytesIO()
    canvas = Canvas(file, pagesize=A4, invariant=1, pageCompression=1)
    canvas.setTitle(f"{invoice.title} {invoice.number}")
    canvas.setAuthor(invoice.issuer[0] if invoice.issuer else "")
    page = _Page(canvas, invoice)
    page.head()
    pages = _paginated(invoice, page.y - _HEADING)
    for number, rows in enumerate(pages, 1):
        if number > 1:
            page.turn()
        page.columns()
        for row in rows:
            page.row(row)
        if number == len(pages):
            page.sums()
        page.foot(number, len(pages))
    canvas.showPage()
    canvas.save()
    return file.getvalue()


def _paginated(invoice: Invoice, first: float) -> list[list[Row]]:
    """The rows of each page; the first has room down from `first`, the last for the sums."""
    pages: list[list[Row]] = [[]]
    y = first
    for row in invoice.rows:
        if y - _height(row) < _BOTTOM:
            pages.append([])
            y = _TOP - 30 - _HEADING
        pages[-1].append(row)
        y -= _height(row)
    if y - _needed(invoice) < _BOTTOM:
        # With the last row, so that the sums do not stand alone.
        pages.append([pages[-1].pop()] if pages[-1] else [])
    return pages


def _height(row: Row) -> float:
    return _ROW_WITH_TIME if row.when else _ROW


def _needed(invoice: Invoice) -> float:
    """The height of the sums and what follows them."""
    return 12 + sum(map(_sum_height, invoice.sums)) + 34


def _sum_height(sum: Sum) -> float:
    return 21 if sum.weighty else 15


class _Page:
    """The page at hand, and how far down it is filled."""

    def __init__(self, canvas: Canvas, invoice: Invoice) -> None:
        self._canvas = canvas
        self._invoice = invoice
        self.y = _TOP

    def head(self) -> None:
        """Who sends the invoice, to whom, and what it is about."""
        invoice = self._invoice
        self._text(_RIGHT, _TOP - 8, invoice.title.upper(), size=20, bold=True, right=True)
        left = self._address(_TOP - 4, "", invoice.issuer)
        left = self._address(min(left, _TOP - 26 * mm), "Billed to", invoice.customer)
        y = _TOP - 26 * mm
        for label, text in invoice.facts:
            self._text(_FACTS, y, label, colour=_FAINT)
            self._text(_RIGHT, y, text, right=True, most=_RIGHT - _FACTS - 30 * mm)
            y -= 14
        self.y = min(left, y) - 16

    def _address(self, y: float, label: str, lines: tuple[str, ...]) -> float:
        """Set an address from `y` on; where it ends."""
        if label and lines:
            self._text(_LEFT, y, label, size=_SMALL, colour=_FAINT)
            y -= 14
        for number, line in enumerate(lines[:6]):
            size = 12 if number == 0 else _SIZE
            self._text(_LEFT, y, line, size=size, bold=number == 0, most=80 * mm)
            y -= 14
        return y

    def turn(self) -> None:
        """Go on on the next page."""
        self._canvas.showPage()
        invoice = self._invoice
        self._text(_LEFT, _TOP - 4, f"{invoice.title} {invoice.number}", bold=True)
        self.y = _TOP - 30

    def columns(self) -> None:
        """The headings of the columns."""
        headings = ("Tax", f"Without tax, {self._invoice.currency}", "With tax")
        self._text(_LEFT, self.y, "Charge", size=_SMALL, colour=_FAINT)
        for right, heading in zip(_COLUMNS, headings, strict=True):
            self._text(right, self.y, heading, size=_SMALL, colour=_FAINT, right=True)
        self._rule(self.y - 6)
        self.y -= _HEADING

    def row(self, row: Row) -> None:
        """One line, with the time it is for below it."""
        self._text(_LEFT, self.y, row.what, most=_WHAT)
        for right, text in zip(_COLUMNS, row[2:], strict=True):
            self._text(right, self.y, text, right=True, most=28 * mm)
        if row.when:
            self._text(_LEFT, self.y - 10, row.when, size=_SMALL - 0.5, colour=_FAINT)
        self.y -= _height(row)

    def sums(self) -> None:
        """The sums, and what is to be done about them."""
        self._rule(self.y + 5)
        self.y -= 12
        for sum in self._invoice.sums:
            size = 11 if sum.weighty else _SIZE
            bold = sum.weighty
            amount = f"{sum.amount} {self._invoice.currency}" if bold else sum.amount
            self._text(_COLUMNS[0] - 22 * mm, self.y, sum.label, size=size, bold=bold, most=70 * mm)
            self._text(_RIGHT, self.y, amount, size=size, bold=bold, right=True)
            self.y -= _sum_height(sum)
        self._text(_LEFT, self.y - 14, self._invoice.closing, most=_RIGHT - _LEFT)

    def foot(self, number: int, pages: int) -> None:
        """Which page it is."""
        shown = f"Page {number} of {pages}"
        self._text(_RIGHT, 14 * mm, shown, size=_SMALL, colour=_FAINT, right=True)
        issuer = ", ".join(self._invoice.issuer)
        self._text(_LEFT, 14 * mm, issuer, size=_SMALL, colour=_FAINT, most=120 * mm)

    def _rule(self, y: float) -> None:
        self._canvas.setStrokeColor(_RULE)
        self._canvas.setLineWidth(0.7)
        self._canvas.line(_LEFT, y, _RIGHT, y)

    def _text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float = _SIZE,
        bold: bool = False,
        colour: HexColor = _INK,
        right: bool = False,
        most: float | None = None,
    ) -> None:
        """Set a text from `x` on, or up to it; one wider than `most` is cut."""
        found = pieces(text, bold=bold)
        if most is not None and width(found, size) > most:
            found = pieces(_cut(text, size, most, bold=bold), bold=bold)
        if right:
            x -= width(found, size)
        self._canvas.setFillColor(colour)
        for piece in found:
            self._canvas.setFont(piece.font, size)
            self._canvas.drawString(x, y, piece.text)
            x += width([piece], size)


def _cut(text: str, size: float, most: float, *, bold: bool) -> str:
    """As much of the beginning of a text as fits, with an ellipsis."""
    low, high = 0, min(len(text), 500)
    while low < high:
        middle = (low + high + 1) // 2
        if width(pieces(text[:middle] + "…", bold=bold), size) <= most:
            low = middle
        else:
            high = middle - 1
    return text[:low].rstrip() + "…"
