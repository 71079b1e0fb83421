"""The declarative mapping from characteristics of products to those of services and resources."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from marshmallow import Schema, ValidationError
from marshmallow import fields as f

from tmf_apis.catalog import specs_folder
from tmf_apis.flow.expressions import Expression, ExpressionError, read_expression
from tmf_apis.given_files import GivenFileError, faults, read_file

#: The name by which an expression knows what was found so far.
VALUE = "value"


class MappingError(ValueError):
    """A mapping that cannot be used; the text says where and why."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where the value of one attribute comes from: a constant; or a characteristic, through a table
    and an expression where there are such.
    """

    constant: Any = None
    name: str = ""
    #: By the text of the value that is looked up.
    table: Mapping[str, Any] = field(default_factory=dict)
    #: Reckons with characteristics by their names, and with the value so far as `value`.
    expression: Expression | None = None
    otherwise: Any = None

    def value(self, characteristics: Mapping[str, Any]) -> Any:
        """The value, or None where there is none. Raises `ExpressionError`."""
        if not self.name and self.expression is None:
            return self.constant
        found = characteristics.get(self.name)
        if self.table and found is not None:
            found = self.table.get(str(found))
        if self.expression is not None:
            so_far = {} if found is None else {VALUE: found}
            found = self.expression.reckoned({**characteristics, **so_far})
        return self.otherwise if found is None else found

    def told(self) -> dict[str, Any]:
        """What a file would say of it."""
        told = {
            "constant": self.constant,
            "from": self.name or None,
            "table": dict(self.table) or None,
            "expression": self.expression and self.expression.text,
            "otherwise": self.otherwise,
        }
        return {name: value for name, value in told.items() if value is not None}


#: By product specification and target: the sources of the target's attributes.
Rules = Mapping[tuple[str, str], Mapping[str, Source]]


class _Source(Schema):
    constant = f.Raw()
    name = f.String(data_key="from")
    table = f.Dict(keys=f.Raw(), values=f.Raw())
    expression = f.String()
    otherwise = f.Raw()


class _Entry(Schema):
    product = f.String(required=True)
    target = f.String(required=True)
    set = f.Dict(keys=f.String(), values=f.Nested(_Source), required=True)


def read_mapping(path: Path | None = None) -> Rules:
    """The rules of a file, or the shipped ones. Raises `MappingError`."""
    path = path or specs_folder() / "flow" / "mapping.yaml"
    try:
        entries = _Entry(many=True).load(read_file(path))
    except GivenFileError as error:
        raise MappingError(str(error)) from error
    except ValidationError as error:
        raise MappingError(f"{path}: not a mapping: {faults(error.messages)}") from error
    return {
        (entry["product"], entry["target"]): {
            name: _source(f"{path}: {entry['product']} to {entry['target']}, {name}", given)
            for name, given in entry["set"].items()
        }
        for entry in entries
    }


def _source(place: str, given: Mapping[str, Any]) -> Source:
    """The source of an attribute, as it is written at a place. Raises `MappingError`."""
    table = {str(key): value for key, value in given.get("table", {}).items()}
    try:
        read = {"expression": read_expression(given["expression"])} if "expression" in given else {}
    except ExpressionError as error:
        raise MappingError(f"{place}: {error}") from error
    return Source(**{**given, **read, "table": table})


def mapped(
    rules: Rules, product: str, target: str, characteristics: Mapping[str, Any]
) -> dict[str, Any]:
    """The characteristics of a target, by name, from those of its product. Raises
    `ExpressionError`.
    """
    found = {
        name: source.value(characteristics)
        for name, source in rules.get((product, target), {}).items()
    }
    return {name: value for name, value in found.items() if value is not None}
