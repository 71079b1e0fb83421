"""Depth on demand: cases that schemathesis generates, as one more result of a run.

Schemathesis is an extra of the package, and the command refuses `--fuzz N` without it. It writes to
the server whatever the specification allows, so it is run only when asked for.
"""

import asyncio
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson

from conformance.options import Options
from conformance.results import Level, Outcome, Result
from tmf_apis.spec.model import ApiSpec

_PROGRAM = Path(sys.executable).with_name("schemathesis")
#: What is looked at: a server that breaks. Whether it is right is for the other checks.
_CHECKS = "not_a_server_error"
#: How long it may go on.
_SECONDS = 60


def installed() -> bool:
    """Whether there is schemathesis: it comes with the extra `tmf-apis[fuzz]`."""
    return _PROGRAM.is_file()


async def fuzz(api: ApiSpec, base: str, options: Options, cases: int) -> Result:
    """Whether so many generated cases of each operation leave the server standing (S-002)."""
    if not installed():
        return _result(Outcome.SKIPPED, reason="schemathesis is not installed")
    with TemporaryDirectory() as folder:
        spec = Path(folder) / "spec.json"
        spec.write_bytes(orjson.dumps(_without_listeners(api)))
        headers = [part for n, v in options.headers for part in ("--header", f"{n}: {v}")]
        process = await asyncio.create_subprocess_exec(
            _PROGRAM, "run", str(spec), "--url", base, "--checks", _CHECKS,
            "--phases", "examples,fuzzing",
            "--max-examples", str(cases), "--request-timeout", str(options.timeout),
            "--max-time", str(_SECONDS), "--generation-database", "none",
            "--suppress-health-check", "all", "--no-color", "--warnings", "off", *headers,
            cwd=folder, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        output, _ = await process.communicate()
    said = output.decode(errors="replace")
    if process.returncode == 0:
        return _result(Outcome.PASSED)
    if process.returncode == 1:
        return _result(Outcome.FAILED, got=said[-2000:])
    return _result(Outcome.KIT_ERROR, reason=said[-500:])


def _without_listeners(api: ApiSpec) -> dict[str, object]:
    """The file without the paths that a client hosts (R-1009)."""
    paths = {p: item for p, item in api.document["paths"].items() if "/listener/" not in p}
    return {**api.document, "paths": paths}


def _result(outcome: Outcome, got: str = "", reason: str = "") -> Result:
    failed = outcome is Outcome.FAILED
    return Result(
        check="fuzzing.generated_cases",
        title="Generated requests do not break the server",
        level=Level.MUST,
        rules=("S-002",),
        resource="",
        outcome=outcome,
        broken=("S-002",) if failed else (),
        expected="no 5xx" if failed else "",
        got=got,
        reason=reason,
    )
