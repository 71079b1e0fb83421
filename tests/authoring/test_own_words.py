"""The sentences in our files are our own."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tmf_apis.comparing.tables import apis
from tmf_apis.spec.loading import load_document

#: Shorter ones, such as 'Postal code.', can be said in one way only.
TELLING = 40


def test_no_sentence_is_taken_from_the_reference(specs: Path, reference: Path) -> None:
    theirs = {
        sentence
        for path in sorted(reference.glob("TMF*/*"))
        for sentence in _sentences(load_document(path))
    }
    ours = {
        sentence for api in apis(specs) for sentence in _sentences(load_document(specs / api.file))
    }
    assert sorted(ours & theirs) == []


def test_no_example_is_taken_from_the_reference(specs: Path, reference: Path) -> None:
    theirs = [
        example["value"]
        for path in sorted(reference.glob("TMF*/*"))
        for example in load_document(path)["components"].get("examples", {}).values()
        if example.get("value")
    ]
    for api in apis(specs):
        for name, example in load_document(specs / api.file)["components"]["examples"].items():
            assert example["value"] not in theirs, f"{api.label} {name}"


def _sentences(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for entry in node:
            yield from _sentences(entry)
    elif isinstance(node, dict):
        for word, value in node.items():
            if word in ("description", "summary", "title") and isinstance(value, str):
                yield from (s for s in _split(value) if len(s) > TELLING)
            yield from _sentences(value)


def _split(text: str) -> Iterator[str]:
    """Sentences without case, punctuation and white space, so that small changes do not hide."""
    for sentence in re.split(r"(?<=[.;!?])\s|\n", text):
        yield re.sub(r"\W+", " ", sentence).strip().lower()
