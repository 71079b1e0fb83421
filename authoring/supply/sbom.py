"""The bill of materials of the product in CycloneDX 1.6: `python -m authoring.supply.sbom FILE`.

It is the lock in another form, so that scanners read it: each package with the hashes of the files
that may be installed, and its licence where it is installed here.
"""

import sys
import tomllib
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import orjson

from authoring.supply.packages import ROOT, Package, packages
from tmf_apis import __version__

Json = dict[str, Any]
#: SPDX identifiers and expressions hold these only.
_SPDX = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-+() ")


def bill(found: Iterable[Package], at: datetime) -> Json:
    """The bill, made at a moment. The same packages have the same serial number."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    name = project["name"]
    listed = list(found)
    serial = uuid5(NAMESPACE_URL, "\n".join(package.purl for package in listed))
    itself = f"pkg:pypi/{name}@{__version__}"
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{serial}",
        "version": 1,
        "metadata": {
            "timestamp": at.astimezone(UTC).isoformat(timespec="seconds"),
            "component": {
                "type": "application",
                "bom-ref": itself,
                "name": name,
                "version": __version__,
                "purl": itself,
            },
        },
        "components": [_component(package) for package in listed],
        "dependencies": [{"ref": itself, "dependsOn": [package.purl for package in listed]}],
    }


def _component(package: Package) -> Json:
    told: Json = {
        "type": "library",
        "bom-ref": package.purl,
        "name": package.name,
        "version": package.version,
        "purl": package.purl,
        # One of many files is installed: which one, its hash tells.
        "externalReferences": [
            {
                "type": "distribution",
                "url": f"https://pypi.org/project/{package.name}/{package.version}/",
                "hashes": [{"alg": "SHA-256", "content": each} for each in package.hashes],
            }
        ],
    }
    if package.licence:
        told["licenses"] = [_licence(package.licence)]
    return told


def _licence(text: str) -> Json:
    """An expression where it is one, else a name."""
    spelt = _SPDX.issuperset(text) and (" " not in text or " OR " in text or " AND " in text)
    known = spelt and not any(word.islower() for word in text.split())
    return {"expression": text} if known else {"license": {"name": text}}


def main(file: Path) -> None:
    """Write the bill to a file."""
    listed = list(packages())
    file.write_bytes(orjson.dumps(bill(listed, datetime.now(UTC)), option=orjson.OPT_INDENT_2))
    print(f"{len(listed)} packages are in {file}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
