"""The kinds of values that flags take; each refuses what cannot be meant, in a line."""

import os
import re
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

from conformance.certification.ctk_config import ConfigError, CtkConfig
from conformance.certification.ctk_config import read as read_config
from conformance.checks import CHECKS

Context = click.Context | None
Parameter = click.Parameter | None
_HEADER = re.compile(r"[!#$%&'*+.^_`|~\w-]+:[^\r\n]*", re.ASCII)


class Mistake(click.ClickException):
    """Something that keeps the server from being judged; the message says how to mend it."""

    exit_code = 2


class _Output(click.Path):
    """A file that can be written when the run is over."""

    def convert(self, value: Any, param: Parameter, ctx: Context) -> Any:
        path = Path(str(super().convert(value, param, ctx)))
        if not path.parent.is_dir():
            self.fail(f"there is no folder {path.parent}; make it first.", param, ctx)
        if not os.access(path.parent, os.W_OK):
            self.fail(f"nothing can be written into {path.parent}.", param, ctx)
        return path


class _Url(click.ParamType[str]):
    """A URL of HTTP or HTTPS with a host."""

    name = "url"

    def convert(self, value: Any, param: Parameter, ctx: Context) -> str:
        try:
            parts = urlsplit(value)
            whole = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
        except ValueError:
            whole = False
        if not whole:
            self.fail(f"{value} is no URL such as http://localhost:8080.", param, ctx)
        return str(value)


class _Header(click.ParamType[tuple[str, str]]):
    """A header as it is written in HTTP, taken apart."""

    name = "header"

    def convert(self, value: Any, param: Parameter, ctx: Context) -> tuple[str, str]:
        if isinstance(value, tuple):
            return value
        if not _HEADER.fullmatch(value):
            self.fail(f"{value} is no header such as 'X-Api-Key: 1234'.", param, ctx)
        name, _, content = value.partition(":")
        return name, content.strip()


class _CheckOrRule(click.ParamType[str]):
    """The name of a check, or the id of a rule that a check looks at."""

    name = "check or rule"

    def convert(self, value: Any, param: Parameter, ctx: Context) -> str:
        known = {name for check in CHECKS.values() for name in (check.name, *check.rules)}
        if value not in known:
            self.fail(unknown("check or rule that is checked", value, known), param, ctx)
        return str(value)


class _CtkConfig(click.ParamType[CtkConfig]):
    """The configuration of TM Forum's own kit, read."""

    name = "file"

    def convert(self, value: Any, param: Parameter, ctx: Context) -> CtkConfig:
        if isinstance(value, CtkConfig):
            return value
        try:
            return read_config(Path(value))
        except ConfigError as error:
            self.fail(str(error), param, ctx)


def unknown(what: str, name: str, known: Iterable[str]) -> str:
    """That there is no such thing, and what may have been meant."""
    near = get_close_matches(name, sorted(known), cutoff=0.5)
    return f"there is no {what} called {name}" + (f"; perhaps {', '.join(near)}?" if near else ".")


FILE_OR_FOLDER = click.Path(exists=True, path_type=Path)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
OUT = _Output(dir_okay=False, writable=True, path_type=Path)
URL = _Url()
HEADER = _Header()
CTK_CONFIG = _CtkConfig()
CHECK_OR_RULE = _CheckOrRule()
POSITIVE = click.FloatRange(min=0, min_open=True)
