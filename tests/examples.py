"""The examples in documents: commands in ```console blocks, and what they are to print.

A line that begins with `$ ` is a command, and goes on while lines end in a backslash, a quote is
open, or the text after `<<'END'` has not ended. The lines behind it are expected somewhere in its
output, in order; an ellipsis in them stands for anything.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_HERE = re.compile(r"<<'(\w+)'$", re.MULTILINE)
_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Example:
    """One command of a document and the lines it is to print."""

    source: str
    command: str
    expected: tuple[str, ...]

    def missing(self, output: str) -> str | None:
        """The first expected fragment that the output lacks, or None."""
        position = 0
        for line in self.expected:
            for fragment in filter(None, line.split("…")):
                found = output.find(fragment, position)
                if found < 0:
                    return fragment
                position = found + len(fragment)
        return None


def blocks(document: Path) -> Iterator[tuple[str, str, int]]:
    """The fenced blocks of a document: language, text, line of the first line in it."""
    text = document.read_text()
    for match in _BLOCK.finditer(text):
        yield match[1], match[2], text.count("\n", 0, match.start()) + 2


def examples(document: Path) -> Iterator[Example]:
    """The commands of a document, in order."""
    for language, text, line in blocks(document):
        if language == "console":
            yield from _commands(text, f"{document.name}:{line}")


def _commands(text: str, source: str) -> Iterator[Example]:
    command, expected = "", list[str]()
    for line in text.splitlines():
        if _open(command):
            command += "\n" + line
        elif line.startswith("$ "):
            if command:
                yield Example(source, command, tuple(expected))
            command, expected = line[2:], []
        elif line:
            expected.append(line)
    if command:
        yield Example(source, command, tuple(expected))


def _open(command: str) -> bool:
    """Whether a command goes on with the next line."""
    if here := _HERE.search(command):
        return not command.endswith(f"\n{here[1]}")
    quotes = re.sub(r'\\.|"(?:\\.|[^"\\])*"' + r"|'[^']*'", "", command, flags=re.DOTALL)
    return command.endswith("\\") or "'" in quotes or '"' in quotes
