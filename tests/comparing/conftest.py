"""The folders that the tests of authoring know."""

from tests.authoring.conftest import reference, specs

__all__ = ["reference", "specs"]
