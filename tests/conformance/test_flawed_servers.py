"""A few of the flawed servers, of different topics; the proof `kit` tries them all."""

import pytest

from tests.conformance.flawed_servers import FLAWS, Flaw
from tests.conformance.flawed_servers.judging import Catch, bench
from tests.proofs import kit_evidence

LEAST = 60
SAMPLE = (
    "equality_ignores_case",
    "the_total_is_unfiltered",
    "the_second_key_is_ignored",
    "href_is_dropped",
    "created_is_ok",
    "lists_are_appended_to",
    "deleting_twice_succeeds",
    "if_match_is_ignored",
    "heads_count_everything",
    "an_underscore_is_any_letter",
)
#: Judged by the checks alone that are known to catch them.
KNOWN = ("objects_are_tested_by_their_text", "what_is_moved_stays")


@pytest.fixture(scope="module")
def catches(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Catch]:
    """What the kit says of each, one after the other before the same server."""
    flaws, known = [FLAWS[name] for name in (*SAMPLE, *KNOWN)], kit_evidence.known()
    (api,) = {flaw.on.rpartition(" ")[0] for flaw in flaws}
    with bench(api, tmp_path_factory.mktemp("store")) as server:
        only = {name: known[name] for name in KNOWN}
        return {flaw.name: server.catch(flaw, only.get(flaw.name)) for flaw in flaws}


@pytest.mark.parametrize("name", [*SAMPLE, *KNOWN])
def test_the_kit_blames_the_right_rule(catches: dict[str, Catch], name: str) -> None:
    caught = catches[name]
    assert caught.by_the_rule, f"{FLAWS[name].rule} expected, {caught.broken} blamed"
    assert caught.verdict == "not conformant"


def test_there_are_enough_flaws() -> None:
    assert len(FLAWS) >= LEAST
    assert len({flaw.topic for flaw in FLAWS.values()}) >= 10


@pytest.mark.parametrize("flaw", FLAWS.values(), ids=lambda flaw: flaw.name)
def test_a_flaw_says_what_is_wrong(flaw: Flaw) -> None:
    assert flaw.about.endswith(".") and "\n\n" not in flaw.about
    assert flaw.rule not in flaw.also
