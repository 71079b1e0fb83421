"""Pages of the kit as files that need nothing else: their templates, and what these can say."""

import re
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from conformance.reports import curl


def templates(*folders: Path) -> Environment:
    """The templates of the reports, and of other folders; their values are escaped.

    `frame.html` is what all pages have around their content.
    """
    environment = Environment(
        loader=FileSystemLoader([*folders, Path(__file__).parent]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"curl": curl.command, "address": curl.address, "slug": _slug}
    return environment


def _slug(text: object) -> str:
    """A text as the name of a class or an anchor."""
    return re.sub(r"\W+", "-", str(text)).strip("-").lower()
