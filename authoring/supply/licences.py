"""Whether the product may be given to anybody: no package asks that what uses it is given away too.

`python -m authoring.supply.licences` tells what is in the way, and ends with 1 then.
"""

import re
import sys
from collections.abc import Iterable, Iterator

from authoring.supply.packages import Package, packages

#: Licences that ask it, as they are spelt.
_GIVEN_AWAY = re.compile(
    r"\b[AL]?GPL|\bGNU\b|\bAffero\b|\bSSPL|\bBUSL|\bEUPL|\bOSL-|\bCC-BY-(?:SA|NC)", re.IGNORECASE
)


def faults(found: Iterable[Package]) -> Iterator[str]:
    """What is in the way, package by package. What is not installed here is judged where it is."""
    for package in found:
        if package.installed and not package.licence:
            yield f"{package.name} says nothing of its licence"
        elif not may_be_used(package.licence):
            yield f"{package.name} is {package.licence}"


def may_be_used(licence: str) -> bool:
    """Whether of each part of an expression one alternative may be used."""
    return all(
        any(not _GIVEN_AWAY.search(one) for one in re.split(r"\bOR\b", part))
        for part in re.split(r"\bAND\b", licence)
    )


def main() -> int:
    """Tell the faults; how the command ends."""
    found = list(faults(packages()))
    for fault in found:
        print(fault)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
