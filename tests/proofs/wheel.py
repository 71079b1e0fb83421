"""What the Dockerfile does, without a container: the wheel of the files that `.dockerignore` lets
through, in a fresh environment, lists its APIs, serves, and is found alive."""

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.docker.test_image import let_through
from tests.proofs.serving import ROOT, serving

MOST_MEGABYTES = 1.5
LOCKED = ("install", "--require-hashes", "--requirement")
#: The files of the tree as it stands: what a builder is sent, less what is ignored.
GIT_FILES = ("git", "ls-files", "--cached", "--others", "--exclude-standard")


def prove() -> dict[str, Any]:
    """The size of the wheel, and of the environment it makes."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        wheel = _build(folder)
        program = _install(wheel, folder / "environment")
        listed = _run(program, "specs", cwd=folder).stdout.splitlines()
        with serving(folder, "--workers", "2", program=program) as served:
            _run(
                program.with_name("python"),
                ROOT / "docker" / "healthcheck.py",
                cwd=folder,
                TMF_PORT=str(served.port),
            )
        megabytes = wheel.stat().st_size / 1e6
        installed = sum(f.stat().st_size for f in folder.rglob("environment/**/*") if f.is_file())
    apis = sum("TMF" in line for line in listed)
    return {
        "holds": megabytes <= MOST_MEGABYTES and apis == 16,
        "summary": f"{megabytes:.2f} MB of wheel, {installed / 1e6:.0f} MB installed, {apis} APIs",
        "wheel_megabytes": round(megabytes, 3),
        "installed_megabytes": round(installed / 1e6),
        "apis": apis,
    }


def _build(folder: Path) -> Path:
    """The wheel of a copy of what goes to the builder."""
    files = _run(*GIT_FILES, cwd=ROOT).stdout.splitlines()
    for path in filter(let_through, files):
        copy = folder / "source" / path
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, copy)
    builder = folder / "builder"
    venv.create(builder, symlinks=True)
    python, source = builder / "bin" / "python", folder / "source"
    _run(*_pip(python), *LOCKED, source / "requirements-build.txt", cwd=source)
    built = ("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, ".")
    _run(*_pip(python), *built, cwd=source)
    [wheel] = folder.glob("*.whl")
    return wheel


def _install(wheel: Path, environment: Path) -> Path:
    """The program of the wheel, in an environment without pip."""
    venv.create(environment, symlinks=True)
    python = environment / "bin" / "python"
    source = wheel.parent / "source"
    _run(*_pip(python), *LOCKED, source / "requirements.txt", cwd=environment)
    _run(*_pip(python), "install", "--no-deps", wheel, cwd=environment)
    return environment / "bin" / "tmf-apis"


def _pip(python: Path) -> tuple[str | Path, ...]:
    return (sys.executable, "-m", "pip", "--python", python)


def _run(*command: str | Path, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=cwd,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
