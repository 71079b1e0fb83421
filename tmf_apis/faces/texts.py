"""A text that is an object there, of which it is one attribute (V-46)."""

from typing import Any

from tmf_apis.faces.plan import OUT, Memory


class FromText:
    """From the text to the object."""

    def __init__(self, attribute: str, title: str) -> None:
        self._attribute, self._title = attribute, title

    def fresh(self, new: Any, at: str) -> tuple[Any, Memory]:
        return {"@type": self._title, self._attribute: new}, None

    def change(self, new: Any, old: Any, other: Any, memory: Memory, at: str) -> tuple[Any, Memory]:
        return {**other, self._attribute: new}, None


class ToText:
    """From the object to the text."""

    def __init__(self, attribute: str) -> None:
        self._attribute = attribute

    def fresh(self, new: Any, at: str) -> tuple[Any, Memory]:
        text = new.get(self._attribute) if isinstance(new, dict) else None
        return (text if isinstance(text, str) else OUT), None

    def change(self, new: Any, old: Any, other: Any, memory: Memory, at: str) -> tuple[Any, Memory]:
        return self.fresh(new, at)
