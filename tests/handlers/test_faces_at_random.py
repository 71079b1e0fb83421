"""Requests at random through both versions, against plain dictionaries; the proof has many more."""

from pathlib import Path
from random import Random

import pytest

from tests.faces.random_writes import Writing
from tests.faces.subjects import SUBJECTS, Subject
from tests.handlers.serving import running
from tmf_apis.catalog import choose

STEPS = 25


@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda subject: subject.name)
def test_both_versions_show_what_dictionaries_say(subject: Subject, tmp_path: Path) -> None:
    with running(tmp_path, choose(), events=False) as server:
        writing = Writing(server.client, subject, Random(subject.name))
        for _ in range(STEPS):
            writing.step()
        writing.clear()
    assert writing.asked > STEPS
