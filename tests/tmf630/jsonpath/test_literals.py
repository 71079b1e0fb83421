"""The literals of a filter: patterns, texts with their escapes, numbers and words (R-504)."""

from typing import Any

import pytest

from tests.tmf630.jsonpath.asking import found


class TestLiterals:
    @pytest.mark.rule("R-504")
    @pytest.mark.parametrize(
        ("literal", "value"),
        [
            ("'it\\'s'", "it's"),
            ('"it\'s"', "it's"),
            ("'\\n'", "\n"),
            ("'\\\\'", "\\"),
            ("'\\u00fc'", "ü"),
            ("'\\uD83D\\uDE00'", "😀"),
            ("'日'", "日"),
            ("''", ""),
            ("true", True),
            ("false", False),
            ("9223372036854775807", 2**63 - 1),
        ],
    )
    def test_of_every_type_are_compared(self, literal: str, value: Any) -> None:
        assert found(f"[?(@.extra=={literal})]", {"extra": value})
        assert not found(f"[?(@.extra=={literal})]", {"extra": [[value]]})

    @pytest.mark.rule("R-504")
    @pytest.mark.parametrize(
        ("text", "match", "other"),
        [
            ("@.name =~ /b/", "abc", "ac"),
            ("@.name =~ /B/i", "abc", "ac"),
            ("@.name =~ /^b/", "bc", "abc"),
            ("@.name =~ /a\\/b/", "a/b", "ab"),
            ("@.name =~ /a.b/s", "a\nb", "ab"),
            ("@.name =~ /^b/m", "a\nb", "ab"),
            ("@.name =~ 'b'", "abc", "ac"),
        ],
    )
    def test_that_are_patterns_are_found(self, text: str, match: str, other: str) -> None:
        assert found(f"[?({text})]", {"name": match})
        assert not found(f"[?({text})]", {"name": other})
