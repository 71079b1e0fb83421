from tests.conformance.flawed_servers import FLAWS
from tests.conformance.flawed_servers.first_sight import Sight, replaced, section, sights


def test_sixty_flaws_were_tried_and_are_all_in_the_suite() -> None:
    names = [sight.flaw for sight in sights()]
    assert len(set(names)) == len(names) == 60
    assert set(names) <= FLAWS.keys()
    assert not replaced().keys() & FLAWS.keys()


def test_a_flaw_is_caught_by_the_rule_it_breaks_and_by_no_other() -> None:
    assert Sight("a_star_matches_nothing", ("R-302", "R-112")).right
    assert not Sight("a_star_matches_nothing", ("R-302",)).right
    assert not Sight("a_star_matches_nothing", ()).right


def test_the_document_says_what_was_seen() -> None:
    lines = section()
    assert "with it, caught 24 of them by the rule they break (40%)," in lines
    assert sum(line.startswith("| ") for line in lines) == 61
