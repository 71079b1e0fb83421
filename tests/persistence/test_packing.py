"""Large bodies are kept compressed, small ones as they are, and both come back."""

import pytest

from persistence.packing import FROM, packed, unpacked


@pytest.mark.parametrize("body", [b"{}", b"null\n{}", b"[" + b"1," * 5_000 + b"1]"])
def test_a_small_body_is_kept_as_it_is(body: bytes) -> None:
    assert packed(body) is body
    assert unpacked(body) is body


@pytest.mark.parametrize("size", [FROM, 1_000_000])
def test_a_large_one_is_kept_smaller_and_comes_back(size: int) -> None:
    body = b'null\n{"x":"%b"}' % (b"word " * (size // 5))
    assert len(packed(body)) < size / 50
    assert unpacked(packed(body)) == body
