"""Write the sample data: `python -m authoring.sample_data specs/sample-data`."""

from __future__ import annotations

import sys
from pathlib import Path

from .library import files


def main(folder: Path) -> None:
    """Write every file of the sample data below `folder`."""
    for path, text in files():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m authoring.sample_data FOLDER")
    main(Path(sys.argv[1]))
