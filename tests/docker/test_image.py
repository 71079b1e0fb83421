"""The Dockerfile, what reaches it, and its health check. It is not built here: no engine."""

import fnmatch
import os
import re
import socket
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from persistence.opening import open_store
from tests.docker.files import DOCKER, ROOT, SETTINGS, tool
from tests.proofs.serving import serving

DOCKERFILE = (DOCKER / "Dockerfile").read_text()
BUILD, FINAL = DOCKERFILE.split("\nFROM ")[1:]


def test_hadolint_finds_nothing() -> None:
    done = tool("hadolint", "--failure-threshold", "style", DOCKER / "Dockerfile")
    assert (done.returncode, done.stdout) == (0, "")


def test_hadolint_would_find_something(tmp_path: Path) -> None:
    careless = tmp_path / "Dockerfile"
    careless.write_text("FROM python\nRUN cd /opt && sudo pip install flask\n")
    done = tool("hadolint", "--failure-threshold", "style", careless)
    assert done.returncode == 1
    assert "DL3006" in done.stdout


def test_the_base_is_slim_and_pinned_to_the_patch() -> None:
    [tag] = re.findall(r"^ARG PYTHON=(.+)$", DOCKERFILE, re.MULTILINE)
    assert re.fullmatch(r"3\.11\.\d+-slim-\w+", tag)


def test_the_final_image_builds_nothing_and_is_not_root() -> None:
    assert not re.search(r"apt-get|gcc|pip (wheel|install)", FINAL)
    assert "pip uninstall" in FINAL
    [user] = re.findall(r"^USER (\d+):\d+$", FINAL, re.MULTILINE)
    assert int(user) > 0


def test_only_what_is_locked_is_installed() -> None:
    installs = re.findall(r"\binstall .*", BUILD)
    assert len(installs) == 3
    locked = [install for install in installs if "--require-hashes --requirement " in install]
    assert len(locked) == 2
    assert set(installs) - set(locked) == {"install --no-deps /wheels/*.whl"}


def test_it_starts_a_command_that_exists() -> None:
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]
    [entry] = re.findall(r'^ENTRYPOINT \["([^"]+)"\]$', FINAL, re.MULTILINE)
    assert entry in scripts


def test_its_settings_are_settings() -> None:
    given = dict(re.findall(r"\b(TMF_\w+)=(\S+)", FINAL))
    assert set(given) <= SETTINGS
    assert given["TMF_HOST"] == "0.0.0.0"
    open_store(given["TMF_STORE"])


def let_through(path: str) -> bool:
    """Whether `.dockerignore` sends a file to the builder: the last line that matches decides."""
    sent = True
    for line in (ROOT / ".dockerignore").read_text().splitlines():
        if line.startswith("#"):
            continue
        pattern = line.removeprefix("!")
        if pattern.startswith("**/"):
            matches = any(fnmatch.fnmatch(part, pattern[3:]) for part in path.split("/"))
        else:
            matches = pattern == "*" or path == pattern or path.startswith(f"{pattern}/")
        sent = line.startswith("!") if matches else sent
    return sent


def test_the_builder_gets_what_the_wheel_is_made_of_and_no_more() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    needed = ["pyproject.toml", project["project"]["readme"], "LICENSE"]
    needed += [f"{folder}/x" for folder in (*wheel["packages"], *wheel["force-include"])]
    needed += re.findall(r"^COPY (docker/\S+)", FINAL, re.MULTILINE)
    needed += re.findall(r"--requirement (\S+)", BUILD)
    assert [path for path in needed if not let_through(path)] == []
    refused = [
        ".git/config",
        ".venv/bin/python",
        "data/tmf.db",
        "tests/x.py",
        "requirements-dev.txt",
        "docker/compose.yaml",
    ]
    refused += ["handlers/__pycache__/x.pyc", "specs/x.pyc", ".env"]
    assert [path for path in refused if let_through(path)] == []


def health(port: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, DOCKER / "healthcheck.py"],
        env=os.environ | {"TMF_PORT": str(port)},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def test_the_health_check_of_a_server(tmp_path: Path) -> None:
    with serving(tmp_path, "--no-sample-data") as served:
        done = health(served.port)
        assert (done.returncode, done.stderr) == (0, "")
    stopped = health(served.port)
    assert stopped.returncode == 1
    assert "refused" in stopped.stderr


@pytest.mark.parametrize(
    ("answer", "said"),
    [(b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n", "500"), (b"gibberish\r\n", "gibberish")],
)
def test_the_health_check_of_something_else(answer: bytes, said: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        process = subprocess.Popen(
            [sys.executable, DOCKER / "healthcheck.py"],
            env=os.environ | {"TMF_PORT": str(server.getsockname()[1])},
            stderr=subprocess.PIPE,
            text=True,
        )
        server.settimeout(30)
        connection, _ = server.accept()
        with connection:
            connection.recv(1024)
            connection.sendall(answer)
        _, stderr = process.communicate(timeout=30)
    assert process.returncode == 1
    assert said in stderr
