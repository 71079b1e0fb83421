"""A YAML file whose values know in which line they stand, for messages that name it."""

from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import yaml

from tmf_apis.given_files import GivenFileError, read_file


class PolicyError(ValueError):
    """A policy that cannot be used; the text names the file, the line and what is wrong."""


class Lined:
    """One value of the file."""

    def __init__(self, file: Path, node: yaml.Node) -> None:
        self._file = file
        self._node = node

    def fail(self, what: str) -> NoReturn:
        """Raise `PolicyError` about this value."""
        raise PolicyError(f"{self._file}: line {self._node.start_mark.line + 1}: {what}")

    def members(self) -> Iterator[tuple[str, "Lined", "Lined"]]:
        """The names of a mapping, each with its own place and its value. Names come once."""
        if not isinstance(self._node, yaml.MappingNode):
            self.fail("here names and values are needed, as in name: value")
        seen: set[str] = set()
        for key, value in self._node.value:
            name = Lined(self._file, key)
            if name.text() in seen:
                name.fail(f"{name.text()} is here twice")
            seen.add(name.text())
            yield name.text(), name, Lined(self._file, value)

    def elements(self) -> list["Lined"]:
        """The elements of a list; of a single value, that."""
        if isinstance(self._node, yaml.SequenceNode):
            return [Lined(self._file, node) for node in self._node.value]
        return [self]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing, not even a text."""
        return isinstance(self._node, yaml.ScalarNode) and self._node.value in ("", "null", "~")

    @property
    def is_list(self) -> bool:
        """Whether it is a list."""
        return isinstance(self._node, yaml.SequenceNode)

    def text(self) -> str:
        """The text of a single value."""
        if not isinstance(self._node, yaml.ScalarNode) or not self._node.value:
            self.fail("here one text is needed")
        return str(self._node.value)


def lined(file: Path) -> Lined:
    """The value of a file. Raises `PolicyError`."""
    try:
        read_file(file)  # Which bounds what aliases of aliases stand for.
        with file.open("rb") as opened:
            node = yaml.compose(opened, yaml.CSafeLoader)
    except (GivenFileError, OSError, yaml.YAMLError) as error:
        raise PolicyError(str(error)) from error
    if node is None:
        raise PolicyError(f"{file}: there is nothing in it")
    return Lined(file, node)
