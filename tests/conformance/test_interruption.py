"""A run that is told to end tidies up, reports what it has judged, and ends with 3."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import pytest

from conformance.options import Options
from conformance.reports import jsonl
from conformance.results import Report, Result, Verdict
from conformance.runner import judge
from tests.conformance.test_runner import api_of
from tests.handlers.serving import running
from tmf_apis.catalog import choose

START = "from tmf_apis.cli import main; main()"
API = api_of("TMF629", "v5")


def left(url: str) -> int:
    """How many customers there are."""
    page = httpx.get(f"{url}{API.base_path}/customer?limit=0", trust_env=False)
    return int(page.headers["x-total-count"])


def test_what_was_judged_is_reported_and_nothing_stays(tmp_path: Path) -> None:
    with running(tmp_path, choose()) as server:
        before = left(server.url)
        report = asyncio.run(_stopped_after(20, server.url))
        assert left(server.url) == before
    assert report.interrupted and report.verdict is Verdict.NOT_JUDGED
    assert 20 <= len(report.results) < 60
    assert any("interrupted" in note for note in report.notes)


async def _stopped_after(count: int, url: str) -> Report:
    stop = asyncio.Event()

    def watch(_: Result, done: int, __: int) -> None:
        if done == count:
            stop.set()

    return await judge(API, Options(url=url), watch, stop=stop)


def test_what_is_tried_ahead_of_all_else_does_not_stay(tmp_path: Path) -> None:
    with running(tmp_path, choose()) as server:
        report = asyncio.run(_stopped_at_the_first_record(server.url))
        assert left(server.url) == 0
    assert report.interrupted and not report.results


async def _stopped_at_the_first_record(url: str) -> Report:
    stop = asyncio.Event()

    async def look() -> None:
        while not await asyncio.to_thread(left, url):
            await asyncio.sleep(0)
        stop.set()

    looking = asyncio.create_task(look())
    report = await judge(API, Options(url=url, delay=0.2), stop=stop)
    await looking
    return report


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_command_with_3(tmp_path: Path, number: signal.Signals) -> None:
    log = tmp_path / "log.jsonl"
    with running(tmp_path, choose()) as server:
        before = left(server.url)
        words = f"--url {server.url} --json {log} --rate 60 --api TMF629 --version v5"
        command = [sys.executable, "-c", START, "conformance", "run", *words.split()]
        run = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        told = threading.Timer(0, _once_it_writes, (server.url, before, run.pid, number))
        told.start()
        output, _ = run.communicate(timeout=60)
        told.join()
        assert run.returncode == 3, output.decode()
        assert left(server.url) == before
    assert b"the run was interrupted" in output
    assert jsonl.read(log).verdict is Verdict.NOT_JUDGED


def _once_it_writes(url: str, before: int, pid: int, number: signal.Signals) -> None:
    """Send a signal as soon as the kit has created something."""
    end = time.monotonic() + 40
    while left(url) == before and time.monotonic() < end:
        time.sleep(0.05)
    os.kill(pid, number)
