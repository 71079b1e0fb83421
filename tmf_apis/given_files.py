"""JSON and YAML that somebody gives the program as a file: bounded before a value is made of it.

A few bytes can stand for a value of any size (aliases of aliases), and brackets without end exhaust
the stack of whoever follows them. Both are counted in the text, where that costs little.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import yaml
from jsonpointer import escape

#: Bytes of a file, levels of its value, and parts of it with every alias written out. Ten times
#: what the largest official file has.
LARGEST, DEEPEST, MOST = 16 * 1024 * 1024, 100, 1_000_000


class GivenFileError(ValueError):
    """A file that cannot be used; the text says why, in one line."""


class _DatesStayText(yaml.CSafeLoader):
    """The C loader without the timestamp resolver: an unquoted date in a file is text."""


_DatesStayText.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


def read_file(path: Path) -> Any:
    """The value in a JSON or YAML file; dates in it are texts. Raises `GivenFileError`."""
    try:
        if path.stat().st_size > LARGEST:
            raise GivenFileError(f"{path}: larger than {LARGEST} bytes")
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)
        if len(raw) > LARGEST:
            raise GivenFileError(f"{path}: larger than {LARGEST} bytes")
        value = _json(raw) if raw.lstrip()[:1] == b"{" else _yaml(raw)
    except GivenFileError:
        raise
    except OSError as error:
        raise GivenFileError(f"{path}: {error.strerror}") from error
    except orjson.JSONDecodeError as error:
        raise GivenFileError(f"{path}: line {error.lineno} is not JSON: {error.msg}") from error
    except yaml.YAMLError as error:
        raise GivenFileError(f"{path}: {_no_yaml(error)}") from error
    # A number of too many digits, for one.
    except (ValueError, RecursionError) as error:
        raise GivenFileError(f"{path}: {one_line(error)}") from error
    return value


def one_line(error: object) -> str:
    """What an error says, without the lines it is laid out in."""
    return " ".join(str(error).split())


def faults(messages: Any) -> str:
    """What is wrong with the value in a file, each by the JSON pointer of its place, from the
    messages of a schema of marshmallow.
    """
    return "; ".join(
        f"{place or '/'}: {' '.join(texts).removesuffix('.')}" for place, texts in _faults(messages)
    )


def _faults(messages: Any, place: str = "") -> Iterator[tuple[str, list[str]]]:
    if not isinstance(messages, dict):
        yield place, messages
        return
    for name, inner in messages.items():
        step = escape(str(name))
        yield from _faults(inner, place if name == "_schema" else f"{place}/{step}")


def _no_yaml(error: yaml.YAMLError) -> str:
    """Why a text is no YAML, and in which line."""
    mark = getattr(error, "problem_mark", None)
    why = getattr(error, "problem", None) or getattr(error, "reason", None) or one_line(error)
    place = f"line {mark.line + 1} is " if mark is not None else ""
    if why.startswith("but "):
        why = f"{getattr(error, 'context', '')}, {why}"
    return f"{place}neither JSON nor YAML: {why}"


def _json(raw: bytes) -> Any:
    value = orjson.loads(raw)
    inside, levels = [value], 0
    while inside := [v for v in inside if isinstance(v, (dict, list))]:
        levels += 1
        if levels > DEEPEST:
            raise ValueError(f"nested deeper than {DEEPEST} levels")
        inside = [v for c in inside for v in (c.values() if isinstance(c, dict) else c)]
    return value


def _yaml(raw: bytes) -> Any:
    _bound(yaml.parse(raw, yaml.CSafeLoader))
    return _as_json(yaml.load(raw, _DatesStayText))


def _as_json(value: Any) -> Any:
    """A value of YAML as JSON has it: names are texts, such as `200`, and nothing stands twice."""
    if isinstance(value, dict):
        return {_name(name): _as_json(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_as_json(inner) for inner in value]
    return value


def _name(name: Any) -> str:
    if isinstance(name, str):
        return name
    return str(name).lower() if isinstance(name, bool) else str(name)


def _bound(events: Iterator[yaml.Event]) -> None:
    """Raise `ValueError` for a value that is too deep or too large, or holds itself."""
    #: How large what bears an anchor is, when it is whole; and the anchors and sizes around here.
    sizes: dict[str, int] = {}
    around: list[tuple[str | None, int]] = []
    size = 0
    for event in events:
        size += 1
        if isinstance(event, yaml.AliasEvent):
            if event.anchor not in sizes:
                raise ValueError(
                    f"*{event.anchor} stands inside of what it names, or names nothing"
                )
            size += sizes[event.anchor]
        elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            around.append((event.anchor, size))
            if len(around) > DEEPEST:
                raise ValueError(f"nested deeper than {DEEPEST} levels")
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            anchor, before = around.pop()
            if anchor:
                sizes[anchor] = size - before
        elif isinstance(event, yaml.ScalarEvent) and event.anchor:
            sizes[event.anchor] = 1
        if size > MOST:
            raise ValueError(f"more than {MOST} parts, aliases written out")
