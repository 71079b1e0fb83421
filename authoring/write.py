"""Write the files of `specs/`: `python -m authoring.write REFERENCE_DIR specs/`."""

import sys
from pathlib import Path
from typing import Any

import orjson

from authoring.additions import add_missing
from authoring.examples import load_examples, put_examples
from authoring.overlay import add_overlay
from authoring.prose import put_words
from authoring.wording import Wording
from tmf_apis.comparing.facts import facts_of
from tmf_apis.comparing.tables import Api, apis, reference_file, table
from tmf_apis.spec.loading import load_document
from tmf_apis.spec.slips import repair

Node = dict[str, Any]

#: How the files are laid out: for people to read and for version control to compare.
LAYOUT = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE

_USAGE = "usage: python -m authoring.write REFERENCE_DIR SPECS_DIR"


def main(arguments: list[str]) -> int:
    """Write every file that `apis.yaml` lists and print its name; 0, or 2 for wrong usage."""
    if len(arguments) != 2:
        print(_USAGE, file=sys.stderr)
        return 2
    reference, specs = map(Path, arguments)
    wording = Wording(specs)
    for api in apis(specs):
        document = compose(api, reference, specs, wording)
        (specs / api.file).write_bytes(orjson.dumps(document, option=LAYOUT))
        print(api.file)
    return 0


def compose(api: Api, reference: Path, specs: Path, wording: Wording) -> Node:
    """One of our files: repaired facts, additions, sentences and examples.

    Raises `SpecError` for a reference file that cannot be read and `Unworded` for a fact that the
    tables have no sentence for.
    """
    document = reference_facts(reference_file(reference, api.reference))
    if api.additions:
        add_missing(document, reference_facts(reference_file(reference, api.additions)))
    add_overlay(document, table(specs, "overlay"))
    put_words(document, wording)
    put_examples(document, load_examples(specs, api), wording)
    document["info"] = {
        "title": f"{api.api} {api.title}",
        "version": api.version,
        "description": api.description,
    }
    document["servers"] = [{"url": api.server}]
    return document


def reference_facts(path: Path) -> Node:
    """The facts of a reference file with the slips of R-721 mended."""
    document = load_document(path)
    repair(document)
    return facts_of(document)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
