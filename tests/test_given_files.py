"""A file that somebody gives is read within bounds, or refused in one line."""

import time
from pathlib import Path

import pytest

from tmf_apis import given_files
from tmf_apis.given_files import GivenFileError, faults, read_file

ALIASES = b"a: &a [x, x]\n" + b"".join(
    b"%c: &%c [%s]\n" % (n, n, b", ".join([b"*%c" % (n - 1)] * 9))
    for n in range(ord("b"), ord("z"))
)
MERGED = b"a: &a {x: 1, y: 2}\n" + b"".join(
    b"%c: &%c {<<: [%s], %c: 1}\n" % (n, n, b", ".join([b"*%c" % (n - 1)] * 9), n)
    for n in range(ord("b"), ord("z"))
)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (b'{"a": [1, "2020-01-01"]}', {"a": [1, "2020-01-01"]}),
        (
            b"a: 2020-01-01\nb: &x [1]\nc: [*x, *x]\n",
            {"a": "2020-01-01", "b": [1], "c": [[1], [1]]},
        ),
        (b"", None),
        (b"a: &x 1\nb: *x", {"a": 1, "b": 1}),
    ],
)
def test_a_value_is_read(tmp_path: Path, raw: bytes, value: object) -> None:
    (tmp_path / "file").write_bytes(raw)
    assert read_file(tmp_path / "file") == value


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"[" * 200_000, "deeper|depth"),
        (b'{"a":' * 200_000, "depth"),
        (b'{"a":' * 150 + b"1" + b"}" * 150, "deeper than 100 levels"),
        (b"- " * 200_000, "deeper than 100 levels"),
        (b"".join(b" " * n + b"a:\n" for n in range(300)), "deeper than 100 levels"),
        (b"? " * 10_000, "deeper than 100 levels"),
        (ALIASES, "more than 1000000 parts"),
        (MERGED, "more than 1000000 parts"),
        (b"&a [*a]", "stands inside of what it names"),
        (b"[*nobody]", "names nothing|undefined"),
        (b"a: " + b"1" * 5000, "digits"),
        (b"a: \xff\xfe", "utf|invalid|UTF"),
        (b"{a: 1", "expected"),
        (b'{"a": 1', "EOF|unexpected"),
        (b"!!python/object/apply:os.system [ls]", "python"),
        (b"a: 1\n--- \nb: 2", "single document"),
        (b"? {a: 1}\n: 2", "unhashable"),
        (b"x" * (given_files.LARGEST + 1), "larger than"),
    ],
    ids=lambda value: repr(value[:12]) if isinstance(value, bytes) else "",
)
def test_another_is_refused_soon_and_in_one_line(tmp_path: Path, raw: bytes, said: str) -> None:
    (tmp_path / "file").write_bytes(raw)
    began = time.process_time()
    with pytest.raises(GivenFileError, match=f"file: .*({said})") as refused:
        read_file(tmp_path / "file")
    assert "\n" not in str(refused.value)
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"# A\n\nSome: text\nand: more: of it\n",
         "line 4 is neither JSON nor YAML: mapping values are not allowed in this context"),
        (b"a: [1,\n b: 2\n", "line 3 is neither JSON nor YAML: did not find expected ',' or ']'"),
        (b"a:\n\t- b\n",
         "line 2 is neither JSON nor YAML: found character that cannot start any token"),
        (b"a: *nobody\n", "*nobody stands inside of what it names, or names nothing"),
        (b"a: 1\n---\nb: 2\n",
         "line 2 is neither JSON nor YAML: expected a single document in the stream, but found"
         " another document"),
        (b"a: \x7f", "neither JSON nor YAML: control characters are not allowed"),
        (b"a: \xff\xfe", "neither JSON nor YAML: invalid leading UTF-8 octet"),
        (b'{"a": 1,\n "b": }', "line 2 is not JSON: unexpected character, expected a JSON value"),
        (b'\n{"a": 1', "line 2 is not JSON: unexpected end of data"),
        (b'{"a": "\xff"}', "line 1 is not JSON: str is not valid UTF-8: surrogates not allowed"),
    ],
)  # fmt: skip
def test_what_is_neither_is_refused_by_its_line_in_plain_words(
    tmp_path: Path, raw: bytes, said: str
) -> None:
    file = tmp_path / "file"
    file.write_bytes(raw)
    with pytest.raises(GivenFileError) as refused:
        read_file(file)
    assert str(refused.value) == f"{file}: {said}"


@pytest.mark.parametrize(
    ("messages", "said"),
    [
        ({"_schema": ["Invalid input type."]}, "/: Invalid input type"),
        (
            {0: {"resource": ["Missing data for required field."], "a/b": ["Unknown field."]}},
            "/0/resource: Missing data for required field; /0/a~1b: Unknown field",
        ),
        ({"_schema": {"_schema": ["One."], "x": {"_schema": ["Two.", "Three."]}}},
         "/: One; /x: Two. Three"),
        (["No list."], "/: No list"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_value_is_told_by_its_places(messages: object, said: str) -> None:
    assert faults(messages) == said


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none", Path("/dev/zero")):
        with pytest.raises(GivenFileError):
            read_file(path)
