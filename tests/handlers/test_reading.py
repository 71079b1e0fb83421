"""The representations in a file, and the lines they begin on."""

from io import BytesIO

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers import reading
from handlers.reading import Line, LoadError, read_lines

LARGEST = 1 << 20


def read(raw: bytes, largest: int = LARGEST) -> list[Line]:
    return list(read_lines(BytesIO(raw), largest))


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text('ab"\\[]{},\n é'),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text('a"\\,\n'), inner),
    max_leaves=6,
)
_GAPS = st.text(" \t\r\n", max_size=3)


def test_json_lines_are_numbered_with_the_blank_ones() -> None:
    assert read(b'{"id":"a"}\n\n  \n{"id":"b"}') == [
        Line(1, b'{"id":"a"}'),
        Line(4, b'{"id":"b"}'),
    ]


def test_elements_of_an_array_are_kept_as_they_are_written() -> None:
    raw = b'\xef\xbb\xbf\n[ {"a":\n 1.50}, 12345678901234567890,\n\n"\\u00e9 ]\\" ," ]\n'
    assert read(raw) == [
        Line(2, b'{"a":\n 1.50}'),
        Line(3, b"12345678901234567890"),
        Line(5, b'"\\u00e9 ]\\" ,"'),
    ]


@pytest.mark.parametrize("raw", [b"", b"\n \n", b"[]", b" [\n ]\n"])
def test_a_file_may_hold_nothing(raw: bytes) -> None:
    assert read(raw) == []


@given(st.lists(st.tuples(_GAPS, _JSON, _GAPS), max_size=5), st.booleans())
def test_any_array_is_cut_into_its_elements(
    parts: list[tuple[str, object, str]], pretty: bool
) -> None:
    option = orjson.OPT_INDENT_2 if pretty else 0
    texts = [
        before + orjson.dumps(value, option=option).decode() + after
        for before, value, after in parts
    ]
    found = read(("[" + ",".join(texts) + "]").encode())
    assert [orjson.loads(line.raw) for line in found] == [value for _, value, _ in parts]
    position, expected = 1, []
    for text, (before, _, _) in zip(texts, parts, strict=True):
        expected.append(1 + ("[" + ",".join(texts)).count("\n", 0, position + len(before)))
        position += len(text) + 1
    assert [line.number for line in found] == expected


@pytest.mark.parametrize(
    ("raw", "line"),
    [
        (b"[", 1),
        (b'[{"a":1}', 1),
        (b'[{"a":1}\n{"a":2}]', 2),
        (b'[{"a":1},\n]', 2),
        (b'[{"a":1}]\n\n[', 3),
        (b'[\n{"a":\n]', 3),
        (b'["\xff"]', 1),
        (b'[\n"a", "\xff"]', 2),
        (b"[" * 100_000, 1),
    ],
)
def test_what_is_no_array_is_refused_with_its_line(raw: bytes, line: int) -> None:
    with pytest.raises(LoadError) as refused:
        read(raw)
    [(number, what)] = refused.value.faults
    assert number == line
    assert what.startswith("not JSON: ")


@pytest.mark.parametrize("size", [1, 2, 3, 7])
@pytest.mark.parametrize(
    "raw",
    [
        b'[{"a":"\xc3\xa9\\u00e9"},\n12345, tru, 7]'.replace(b"tru", b"true"),
        b'{"a":1}\r\n\r\n{"a":2}',
        b"\xef\xbb\xbf \n[1,\n2]",
    ],
)
def test_where_a_piece_ends_makes_no_difference(
    raw: bytes, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = read(raw)
    monkeypatch.setattr(reading, "_PIECE", size)
    assert read(raw) == whole


@pytest.mark.parametrize("form", [b"%b", b"[%b]", b"[1,\n%b,2]"])
def test_one_representation_is_bounded(form: bytes) -> None:
    raw = form % b'{"a":"%b"}' % (b"x" * 200_000)
    assert read(raw, 200_010)
    with pytest.raises(LoadError) as refused:
        read(raw, 200_007)
    [(number, what)] = refused.value.faults
    assert number == 1 + form.count(b"\n")
    assert what == "larger than 200007 bytes (TMF_MAX_BODY)"


def test_no_more_is_read_than_what_a_representation_may_have() -> None:
    class Endless(BytesIO):
        given = 0

        def read(self, size: int | None = -1) -> bytes:
            self.given += size or 0
            return b"[" + b"7" * ((size or 0) - 1) if self.given <= size else b"7" * (size or 0)

        readline = read

    for endless in (Endless(), Endless()):
        with pytest.raises(LoadError):
            list(read_lines(endless, LARGEST))
        assert endless.given < 4 * LARGEST


def test_a_file_is_read_from_its_beginning_each_time() -> None:
    file = BytesIO(b"1\n2\n")
    assert list(read_lines(file, 9)) == list(read_lines(file, 9)) == [Line(1, b"1"), Line(2, b"2")]
