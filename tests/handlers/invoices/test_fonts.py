"""Any text can be set, in the fonts that have its characters."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.invoices.drawing import draw
from handlers.invoices.fonts import pieces
from tmf_apis.behaviour.invoice import invoice_of


@pytest.mark.parametrize(
    ("text", "fonts"),
    [
        ("", []),
        ("Café, 10 €", [("Helvetica", "Café, 10 €")]),
        ("Łódź", [("NotoSans", "Łódź")]),
        ("Ελλάδα Россия", [("NotoSans", "Ελλάδα Россия")]),
        ("Tab\there", [("Helvetica", "Tab here")]),
        ("料金", [("STSong-Light", "料金")]),
        ("料金は", [("HeiseiKakuGo-W5", "料金は")]),
        ("요금 1", [("HYGothic-Medium", "요금"), ("NotoSans", " 1")]),
        ("ok 😀", [("NotoSans", "ok "), ("Helvetica", "?")]),
        ("𠀀", [("Helvetica", "?")]),
    ],
)
def test_a_text_is_set_in_the_fonts_that_have_it(text: str, fonts: list[tuple[str, str]]) -> None:
    assert [tuple(piece) for piece in pieces(text)] == fonts


def test_bold_is_bold_where_there_is_such_a_font() -> None:
    assert [tuple(piece) for piece in pieces("Due", bold=True)] == [("Helvetica-Bold", "Due")]


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80), st.text(max_size=400))
def test_no_text_is_an_error(name: str, what: str) -> None:
    party = {"name": name, "role": "customer"}
    bill = {"billNo": what, "relatedParty": [party], "amountDue": {"unit": name, "value": 1}}
    assert draw(invoice_of(bill, [{"name": what}], 1, what)).startswith(b"%PDF-")
