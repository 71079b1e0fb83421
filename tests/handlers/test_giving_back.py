"""Memory that large documents took is the system's again."""

import platform
import subprocess
import sys

import pytest

#: A piece of 4 MB is freed, and eight smaller ones later, beside small ones that stay; how many
#: megabytes the process has more than before.
FREED = """
import re, sys
from pathlib import Path
from handlers.giving_back import give_back_large

def megabytes():
    found = re.search(r"VmRSS:\\s+(\\d+)", Path("/proc/self/status").read_text())
    return int(found[1]) / 1024

if sys.argv[1] == "yes":
    give_back_large()
large = bytearray(b"x") * 4_200_000
del large
before = megabytes()
pieces, stay = [], []
for _ in range(8):
    pieces.append(bytearray(b"x") * 4_000_000)
    stay.append([bytearray(b"x") * 100_000 for _ in range(3)])
pieces.clear()
print(megabytes() - before)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc keeps them")
def test_what_is_freed_is_given_back() -> None:
    assert left("yes") < 8
    assert left("no") > 24


def left(wanted: str) -> float:
    done = subprocess.run(
        [sys.executable, "-c", FREED, wanted], capture_output=True, text=True, check=True
    )
    return float(done.stdout)
