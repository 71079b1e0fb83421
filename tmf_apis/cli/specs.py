"""`tmf-apis specs`: what is served, and how our files differ from others."""

import sys
from pathlib import Path
from typing import Any

import click

from tmf_apis.catalog import specs_folder
from tmf_apis.cli.flags import FOLDER, setting
from tmf_apis.cli.given import catalog_of, settings_of
from tmf_apis.cli.telling import stop
from tmf_apis.comparing.compare import compare_folder, render
from tmf_apis.spec.loading import SpecError
from tmf_apis.spec.model import ApiSpec
from tmf_apis.terminal import Cell, as_json, show


@click.command()
@setting("specs")
@click.option("--compare", type=FOLDER, help="Compare our files with reference files instead.")
@as_json
def specs(compare: Path | None, as_json: bool, **given: Any) -> None:
    """List the APIs that are served, or compare their files with reference files."""
    if compare is not None:
        try:
            comparison = compare_folder(specs_folder(), compare)
        except SpecError as error:
            stop(str(error))
        click.echo(render(comparison))
        sys.exit(1 if comparison.differences else 0)
    settings = settings_of(**given)
    show(
        ("API", "Version", "Base path", "Aliases", "Resources"),
        map(_row, catalog_of(settings, amendments=settings.amends).apis),
        as_json=as_json,
    )


def _row(api: ApiSpec) -> tuple[Cell, ...]:
    names = [resource.name for resource in api.resources]
    return api.number, api.version, api.base_path, api.aliases, names
