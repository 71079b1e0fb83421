"""Compare the files of `specs/` with the reference: what differs, what is listed, what is added."""

from collections import Counter
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from tmf_apis.comparing.difference import Difference, differences
from tmf_apis.comparing.tables import Api, apis, reference_file, table
from tmf_apis.spec.loading import load_document

__all__ = ["Comparison", "Finding", "compare_folder", "differences", "render"]


@dataclass(frozen=True, slots=True)
class Finding:
    """A difference in the file of one API, with the reason if it is a listed one."""

    api: str
    difference: Difference
    reason: str = ""

    def __str__(self) -> str:
        return f"{self.api}  {self.difference}" + (f"  ({self.reason})" if self.reason else "")


@dataclass(frozen=True, slots=True)
class Comparison:
    """What the comparison of a folder with the reference has found."""

    #: Facts that differ and that nobody has given a reason for: there should be none.
    differences: tuple[Finding, ...]
    #: Facts that differ for a reason that `differences.yaml` gives.
    listed: tuple[Finding, ...]
    #: What our files say beyond the reference (D4).
    additions: tuple[Finding, ...]


def compare_folder(specs: Path, reference: Path) -> Comparison:
    """Compare every file that `apis.yaml` lists with its reference file, fact by fact.

    `specs` is the folder of our files, `reference` that of TM Forum's. Raises `SpecError` when a
    file of either cannot be read.
    """
    reasons = table(specs, "differences")
    found = [
        Finding(api.label, difference, _reason(api, difference, reasons))
        for api in apis(specs)
        for difference in differences(
            load_document(specs / api.file),
            load_document(reference_file(reference, api.reference)),
        )
    ]
    return Comparison(
        differences=tuple(f for f in found if not f.reason and not f.difference.harmless),
        listed=tuple(f for f in found if f.reason),
        additions=tuple(f for f in found if f.difference.harmless),
    )


def _reason(api: Api, difference: Difference, reasons: list[dict[str, Any]]) -> str:
    """Why this difference is meant to be, or an empty text; an addition needs no reason."""
    if difference.harmless:
        return ""
    for entry in reasons:
        if fnmatchcase(api.label, entry["api"]) and fnmatchcase(difference.place, entry["place"]):
            return str(entry["reason"])
    return ""


def render(comparison: Comparison) -> str:
    """The comparison as text: differences first, additions counted by what was added."""
    parts = [
        _section("Differences", [str(finding) for finding in comparison.differences]),
        _section("Listed differences", [str(finding) for finding in comparison.listed]),
        _section("Additions", _counted(comparison.additions)),
    ]
    return "\n\n".join(parts)


def _section(title: str, lines: list[str]) -> str:
    return "\n".join([f"{title}: {len(lines) or 'none'}", *(f"  {line}" for line in lines)])


def _counted(additions: tuple[Finding, ...]) -> list[str]:
    """One line for each thing added, with the files it was added to: they come by the hundred."""
    counts: dict[str, Counter[str]] = {}
    for finding in additions:
        counts.setdefault(_thing(finding.difference.place), Counter())[finding.api] += 1
    return [
        f"{thing}: {', '.join(f'{api} ({n})' for api, n in by_api.items())}"
        for thing, by_api in counts.items()
    ]


def _thing(place: str) -> str:
    """What was added, without the operation it was added to."""
    for word in ("/responses/", "/parameters/", "/requestBody/content/"):
        if word in place:
            return word.strip("/") + " " + place.partition(word)[2]
    return place
