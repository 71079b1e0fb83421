"""Whether a secret is in a file that is kept: `python -m authoring.supply.secrets` says where.

Looked for are the shapes that secrets have. Tests make theirs when they run.
"""

import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from authoring.supply.packages import ROOT

#: What each shape is of.
SHAPES: dict[str, re.Pattern[str]] = {
    "a private key": re.compile(r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----\s+[A-Za-z0-9+/=]{20}"),
    "a private JWK": re.compile(r'"d"\s*:\s*"[\w-]{40,}"'),
    "a token": re.compile(r"\beyJ[\w-]{15,}\.eyJ[\w-]{15,}\.[\w-]{20,}"),
    "a key of AWS": re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"),
    "a token of GitHub": re.compile(r"\b(?:gh[pousr]_\w{36,}|github_pat_\w{60,})"),
    "a token of GitLab": re.compile(r"\bglpat-[\w-]{20,}"),
    "a token of Slack": re.compile(r"\bxox[abprs]-[\w-]{20,}"),
    "a key of Google": re.compile(r"\bAIza[\w-]{35}\b"),
    "a token of PyPI": re.compile(r"\bpypi-AgE[\w-]{50,}"),
    "a key of Stripe": re.compile(r"\b[rs]k_live_\w{20,}"),
    "a password in a URL": re.compile(
        r"\b(?:mongodb(?:\+srv)?|https?|postgres\w*|redis)://[\w.%-]+:(?!\*|\$|<|\{)[^\s/@'\"]{12,}@"
    ),
}
#: Files that are no text, or whose texts others wrote.
_PASSED = {".png", ".svg", ".woff2", ".ico", ".lock"}


def found_in(text: str) -> Iterator[tuple[int, str]]:
    """The lines of a text with something that looks like a secret, and what it looks like."""
    for what, shape in SHAPES.items():
        for match in shape.finditer(text):
            yield text.count("\n", 0, match.start()) + 1, what


def faults(files: Iterable[Path]) -> Iterator[str]:
    """What is found in some files, by place."""
    for file in files:
        if file.suffix in _PASSED or not file.is_file():
            continue
        try:
            text = file.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        for line, what in found_in(text):
            yield f"{file.relative_to(ROOT)}:{line}: it looks like {what}"


def kept() -> list[Path]:
    """The files that are kept in the history, or would be."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in done.stdout.split("\0") if name]


def main() -> int:
    """Tell what is found; how the command ends."""
    found = list(faults(kept()))
    for fault in found:
        print(fault)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
