from datetime import date

import pytest

from tests.conformance.flawed_servers import FLAWS
from tests.conformance.flawed_servers.first_sight import Sample, Sight, samples, section


@pytest.mark.parametrize("sample", samples(), ids=lambda sample: sample.name)
def test_sixty_flaws_were_tried_and_are_all_in_the_suite(sample: Sample) -> None:
    names = [sight.flaw for sight in sample.sights]
    assert len(set(names)) == len(names) == 60
    assert set(names) <= FLAWS.keys()
    assert not sample.replaced.keys() & FLAWS.keys()
    assert sample.corrected.keys() <= set(names)


def test_no_flaw_is_new_twice() -> None:
    names = [sight.flaw for sample in samples() for sight in sample.sights]
    assert len(set(names)) == len(names)


def test_samples_are_dated_and_the_oldest_is_first() -> None:
    days = [sample.seen for sample in samples()]
    assert days == sorted(days) and all(isinstance(day, date) for day in days)


def test_a_flaw_is_caught_by_the_rule_it_breaks_and_by_no_other() -> None:
    assert Sight("a_star_matches_nothing", ("R-302", "R-112")).right
    assert not Sight("a_star_matches_nothing", ("R-302",)).right
    assert not Sight("a_star_matches_nothing", ()).right


def test_the_document_says_what_was_seen() -> None:
    lines = section()
    assert "Of 60 flaws 24 were caught by the rule they break (40%)," in lines
    assert "Of 60 flaws 18 were caught by the rule they break (30%)," in lines
    assert sum(line.startswith("| ") for line in lines) == 61 * len(samples())
