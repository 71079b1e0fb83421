"""What `Tmf-Hint` may hold, and how it is written (D24)."""

import pytest

from handlers.hints import hint_headers


@pytest.mark.parametrize(
    ("hints", "told"),
    [
        ([], []),
        (["/name A name would help."], [b"/name A name would help."]),
        (["/a x", "/a x"], [b"/a x"]),
        (["/a", "/b", "/c", "/d"], [b"/a", b"/b", b"/c"]),
        (["/é x"], [b"/%C3%A9 x"]),
        (["/a\r\nSet-Cookie: b"], [b"/a%0D%0ASet-Cookie: b"]),
        (["/" + "a" * 400], [b"/" + b"a" * 299]),
        (["\N{GRINNING FACE}" * 300], [b"%F0%9F%98%80" * 25]),
    ],
    ids=["none", "one", "once", "three", "not ASCII", "no new line", "bounded", "as it is sent"],
)
def test_each_hint_is_one_field_of_visible_ascii(hints: list[str], told: list[bytes]) -> None:
    assert hint_headers(hints) == [(b"tmf-hint", text) for text in told]
