"""Settings: what a process gives on to its workers is what they read."""

from pathlib import Path

import pytest

from tmf_apis.cli.serve import _environment
from tmf_apis.settings import Settings, read_settings


@pytest.mark.parametrize(
    "settings",
    [
        Settings(),
        Settings(
            specs=(Path("a"), Path("b")),
            schemas=Path("tests"),
            lifecycles=Path("README.md"),
            callback_access=Path("README.md"),
            callback_hosts=("b.example", "a.example"),
            strict=frozenset({"attributes", "lifecycle"}),
            development=True,
            sample_data=False,
            callback_secret="a, b",
            ignored_parameters=(),
        ),
    ],
    ids=["defaults", "others"],
)
def test_workers_read_the_settings_they_are_given(settings: Settings) -> None:
    assert read_settings(_environment(settings)) == settings
