"""A query in the words of TMF630 becomes a filter of MongoDB over one collection.

Predicates on mirrored attributes become conditions on typed fields or on the mentions, which
have indexes; all others are evaluated on the queryable copy (see `cells`), inside the server.
Texts of a request only ever stand where values stand, or in names made safe.
"""

from dataclasses import dataclass, field

from persistence.mentions import Asked, mentioned, mentioned_of_element
from persistence.mirror import is_id, path_text
from persistence.mongo import names
from persistence.mongo.cell_filters import ELEMENT, ROOT, inside, present, somewhere
from persistence.mongo.filters import NEVER, Filter, related
from persistence.mongo.mirror import Mirror
from persistence.store import Collection
from tmf_apis.tmf630.query import (
    All,
    AnyOf,
    Comparison,
    Element,
    Kind,
    Not,
    Path,
    Predicate,
    Present,
)


@dataclass(slots=True)
class Translation:
    """Conditions of one query. `scanned` gathers the attributes that no index serves."""

    collection: Collection
    mirror: Mirror
    scanned: list[str] = field(default_factory=list)

    def where(self, predicate: Predicate) -> Filter:
        """The filter of a predicate."""
        return self._where(predicate, self._root)

    @property
    def _root(self) -> str:
        return self.mirror.prefix + ROOT

    def _where(self, predicate: Predicate, cell: str) -> Filter:
        """The filter of a predicate about a cell."""
        match predicate:
            case All(of):
                return {"$and": [self._where(p, cell) for p in of]} if of else {}
            case AnyOf(of):
                return {"$or": [self._where(p, cell) for p in of]} if of else NEVER
            case Not(of):
                return {"$nor": [self._where(of, cell)]}
            case Present(path):
                self._scans(path, cell)
                return present(path, cell)
            case Element(path, inner):
                return self._element(path, inner, cell)
            case Comparison():
                return self._comparison(predicate, cell)

    def _element(self, path: Path, inner: Predicate, cell: str) -> Filter:
        asked = mentioned_of_element(self.collection, path, inner) if cell == self._root else None
        if asked is None:
            self._scans(path, cell)
        scan = inside(path, cell, self._where(inner, ELEMENT))
        return {"$and": [self._mentions(asked), scan]} if asked else scan

    def _comparison(self, comparison: Comparison, cell: str) -> Filter:
        if not comparison.operands:
            return NEVER
        if cell == self._root:
            if (typed := self._typed(comparison)) is not None:
                return typed
            if (asked := mentioned(self.collection, comparison)) is not None:
                return self._mentions(asked)
        self._scans(comparison.path, cell)
        return somewhere(comparison.path, cell, comparison)

    def _typed(self, comparison: Comparison) -> Filter | None:
        """A comparison of a declared scalar."""
        if is_id(comparison.path) and comparison.kind in (Kind.TEXT, Kind.ANY):
            return related("resource", comparison.operator, comparison.operands)
        column = self.mirror.column(comparison.path, comparison.kind)
        if column is None:
            return None
        name, indexed = column
        if not indexed:
            self.scanned.append(path_text(comparison.path))
        operands = [int(o) if isinstance(o, bool) else o for o in comparison.operands]
        return related(name, comparison.operator, operands)

    def _scans(self, path: Path, cell: str) -> None:
        if cell == self._root:
            self.scanned.append(path_text(path))

    def _mentions(self, asked: Asked) -> Filter:
        texts = [names.mention(asked.path, text) for text in asked.texts]
        return {f"{self.mirror.prefix}m": {"$in": texts} if len(texts) > 1 else texts[0]}
