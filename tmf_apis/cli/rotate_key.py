"""`tmf-apis rotate-key`: another key for an encrypted store."""

from pathlib import Path
from typing import Any

import click

from persistence.errors import Unusable
from persistence.sqlite.rotating import rotate
from persistence.urls import file_of, is_encrypted, key_of
from tmf_apis.cli.flags import setting
from tmf_apis.cli.given import refuse, settings_of_tenant
from tmf_apis.cli.telling import say, stop


@click.command("rotate-key")
@click.option(
    "--new", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=True,
    help="File with the new key: 32 bytes in hexadecimal.",
)  # fmt: skip
@setting("store")
def rotate_key(new: Path, **given: Any) -> None:
    """Encrypt a store of SQLite by another key. Stop its servers before; let its URL name the new
    key after.
    """
    store = settings_of_tenant(**given).store
    file, key = file_of(store), key_of(store)
    if file is None or key is None or not is_encrypted(store):
        stop(f"{store} is not encrypted; that is sqlite+cipher:///FILE?key=FILE")
    if not file.exists():
        stop(f"{file} is not there")
    try:
        rotate(file, key, new)
    except Unusable as error:
        refuse(error)
    say(f"{file} is encrypted by the key in {new} now.")
