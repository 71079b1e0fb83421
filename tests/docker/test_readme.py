"""What `docker/README.md` says of files and settings is so."""

import re

from tests.docker.files import DOCKER, ROOT, SETTINGS

TEXT = (DOCKER / "README.md").read_text()


def test_links_and_commands_lead_to_files() -> None:
    for link in re.findall(r"\]\(([^)#\s]+)", TEXT):
        assert (DOCKER / link).exists(), link
    for path in re.findall(r"(?<=-[fk] )docker/\S+", TEXT):
        assert (ROOT / path).exists(), path


def test_every_file_is_told_of() -> None:
    for file in DOCKER.iterdir():
        assert f"]({file.name})" in TEXT or file.name in {"README.md", "reports"}, file.name


def test_no_setting_is_invented() -> None:
    for file in DOCKER.rglob("*"):
        if file.is_file() and "reports" not in file.parts:
            named = set(re.findall(r"\bTMF_[A-Z_]+\b", file.read_text()))
            assert named <= SETTINGS, file.name
