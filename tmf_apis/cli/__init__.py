"""The command line: the one place that puts all packages together (D8)."""

import click

from conformance.cli import conformance
from tmf_apis import __version__
from tmf_apis.cli.audit import audit
from tmf_apis.cli.billing import bill_run
from tmf_apis.cli.convert import convert
from tmf_apis.cli.copy import copy
from tmf_apis.cli.databases import indexes, shard
from tmf_apis.cli.events import events
from tmf_apis.cli.flow import flow
from tmf_apis.cli.load import load
from tmf_apis.cli.migrate_faces import migrate_faces
from tmf_apis.cli.privacy import privacy
from tmf_apis.cli.rotate_key import rotate_key
from tmf_apis.cli.serve import serve
from tmf_apis.cli.specs import specs
from tmf_apis.cli.tasks import tasks
from tmf_apis.cli.token import token
from tmf_apis.cli.trigger import trigger


@click.group(context_settings={"help_option_names": ["-h", "--help"], "show_default": True})
@click.version_option(__version__)
def main() -> None:
    """TM Forum Open APIs, served from their specification files."""


_COMMANDS = (
    serve, load, specs, convert, migrate_faces, copy, indexes, shard, events, trigger, tasks,
    flow, bill_run, token, audit, privacy, rotate_key, conformance
)  # fmt: skip
for _command in _COMMANDS:
    main.add_command(_command)
