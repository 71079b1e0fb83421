"""A remark on a resource: which part of it a rule would have otherwise (D24)."""

from typing import NamedTuple


class Remark(NamedTuple):
    """What a rule that refuses nothing by itself has to say; `sentence` ends with a full stop."""

    pointer: str
    sentence: str

    @property
    def hint(self) -> str:
        """What the answer says in `Tmf-Hint`."""
        return f"{self.pointer} {self.sentence}"

    @property
    def fault(self) -> str:
        """What a refusal says, where the server is asked to be strict about it."""
        return f"{self.pointer}: {self.sentence}"
