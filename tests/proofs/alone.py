"""One proof in this process: `python -m tests.proofs.alone NAME FILE` writes its result to FILE.

A process of its own, so that the memory it measures is not what another proof took before.
"""

import sys
import traceback
from importlib import import_module
from pathlib import Path

import orjson


def main(name: str, file: Path) -> None:
    """Prove, and write what was found; an error is a result as well."""
    try:
        result = import_module(f"tests.proofs.{name}").prove()
    except Exception as error:
        traceback.print_exc()
        result = {"holds": False, "summary": f"{type(error).__name__}: {error}"}
    file.write_bytes(orjson.dumps(result))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
