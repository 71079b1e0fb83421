"""The templates of pages that are made beside Flask."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, Undefined


def templates(undefined: type[Undefined]) -> Environment:
    """The templates, whose values are escaped; `undefined` stands for what they are not given."""
    loader = FileSystemLoader(Path(__file__).parent / "templates")
    return Environment(loader=loader, autoescape=True, undefined=undefined)
