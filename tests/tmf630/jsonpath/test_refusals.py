"""What is refused: the broken by 400, what this server lacks by 501 (R-505, R-507)."""

import pytest

from tests.queries import ROOT
from tests.tmf630.jsonpath.asking import refused
from tmf_apis.tmf630.errors import TmfError
from tmf_apis.tmf630.jsonpath.parser import MAX_DEPTH, MAX_LENGTH, parse


class TestRefusals:
    @pytest.mark.rule("R-505", "R-507")
    @pytest.mark.parametrize(
        "path",
        [
            "$..name",
            "[?(@..name=='a')]",
            "note[0:2]",
            "note[:2]",
            "note[-1]",
            "note[(@.length-1)]",
            "note.length()",
            "[?(length(@.note)>1)]",
            "[?(@.note.length()>1)]",
            "$['a','b']",
            "[0]",
            "$[0]",
            "note[0][1]",
            "note[*][0]",
            "[?(@.a==@.b)]",
            "[?(@.a==$.b)]",
            "[?($.a==1)]",
            "[?(@.note[0,1].text=='a')]",
        ],
    )
    def test_of_what_this_server_lacks_are_501(self, path: str) -> None:
        assert refused(path) == 501

    @pytest.mark.rule("R-507")
    @pytest.mark.parametrize(
        "path",
        [
            "note[",
            "note[?(@.a=='x')",
            "note[?(@.a=='x]",
            "note[?(@.a='x')]",
            "note[?(@.a==)]",
            "note[?(@.a==x)]",
            "note[?()]",
            "note]",
            "note.",
            ".",
            "$$",
            "note[x]",
            "note[0.5]",
            "note[0,'a']",
            "[?(@.a && )]",
            "[?(@.a > null)]",
            "[?(@.a =~ 5)]",
            "[?(@.a =~ /(/)]",
            "[?(@.a =~ /a/x)]",
            "[?(@.a =~ /(?=a)/)]",
            "[?(@.a == 1e999)]",
            "[?('a'=='a')]",
            "[?(@.a == '\\uD83D')]",
            "[?(@.a == '\\u0000')]",
            "note#",
            "a" * (MAX_LENGTH + 1),
            ".".join("a" * 34),
            "[?(" + "!" * (MAX_DEPTH + 1) + "@.a)]",
            "[?(" + "(" * (MAX_DEPTH + 1) + "@.a" + ")" * (MAX_DEPTH + 1) + ")]",
            "a" + "[?(@.a" * (MAX_DEPTH + 1) + ")]" * (MAX_DEPTH + 1),
            "a[" + ",".join("0" * 65) + "]",
        ],
    )
    def test_of_what_is_malformed_or_too_much_are_400(self, path: str) -> None:
        assert refused(path) == 400

    @pytest.mark.rule("R-507")
    def test_tell_the_place(self) -> None:
        with pytest.raises(TmfError, match="character 6"):
            parse("note[x]", ROOT)
