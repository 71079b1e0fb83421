"""What each attribute of one version is in the other, as a page for integrators.

`python -m authoring.versions` prints it as Markdown; `docs/versions.md` is that.
"""

from collections.abc import Iterator

from tmf_apis.catalog import built_in, neighbours
from tmf_apis.faces.compiling import Compiler
from tmf_apis.faces.converter import compiled
from tmf_apis.faces.crossings import Crossing, crossings
from tmf_apis.faces.pairs import Pair
from tmf_apis.faces.reading import built_in as tables
from tmf_apis.faces.table import NEWER, OLDER, Table, Values

_INTRODUCTION = """\
# What v4 and v5 call the same thing

Written by `python -m authoring.versions > docs/versions.md` from the tables in
[specs/faces](../specs/faces/README.md).

A record that both versions of an API have is one thing with two faces: it is made, changed, found
and deleted through either version, and each shows it as if it were its own. There is one
revision, so that an `ETag` got through one version is stale once the other changed the record;
state machines and tasks know the record as v5 shows it. With `TMF_FACES=apart` each version has
records of its own; a store that was filled so is joined by `tmf-apis migrate-faces`. The page
`/faces` shows a record in both, side by side.

`tmf-apis convert` shows for a file what the other version makes of it:

    tmf-apis convert --api TMF622 --from v4 --to v5 orders.json

What holds for all of them:

* An attribute that both versions declare crosses under its own name. It is listed as the same
  below.
* An attribute that one version alone declares stays in that version, and so does a value that the
  other cannot hold: a word outside a closed list, a type that does not fit, an element of a list
  that lacks what the other demands.
* Attributes that neither declares cross unchanged, unless the other version means something else
  by the name.
* v5 names the class of nearly every object in `@type`; v4 leaves it out, but for a client's own
  class and where a value would be read as a reference.
* A change through one version changes in the other what it names, and leaves alone all else: what
  only the other version says stays. Lists may be turned round or replaced whole; an element is
  known again by its value, its id, or its index.
* What one version demands and the other lacks is filled in: `name` from `id`, else `unknown`, or
  as the tables say."""


def page() -> str:
    """The whole page."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield _INTRODUCTION
    apis = {(api.number, api.major): api for api in (*built_in(), *neighbours())}
    for number, table in tables().items():
        older, newer = (apis[number, version] for version in table.versions)
        _, compiler = compiled(older, newer, table)
        yield f"\n## {newer.title}"
        yield from _resources(table)
        yield from _classes(compiler)
        yield from _words(table)


def _resources(table: Table) -> Iterator[str]:
    renamed = [f"`{one}` is `{other}`" for one, other in table.resources.items() if one != other]
    if renamed:
        yield f"\nIn v5 {', '.join(renamed)}."


def _classes(compiler: Compiler) -> Iterator[str]:
    seen: set[tuple[str, str]] = set()
    for pair in compiler.pairs():
        names = (pair.older, pair.newer)
        told_elsewhere = pair.part is not None or _is_computed(compiler, pair)
        if told_elsewhere or names in seen:
            continue
        seen.add(names)
        yield from _class(pair, list(crossings(compiler, pair)))


def _is_computed(compiler: Compiler, pair: Pair) -> bool:
    """Whether a class is one of many alike, such as those of characteristics by type."""
    return pair.key != pair.position and compiler.entry(pair).kind is not None


def _class(pair: Pair, found: list[Crossing]) -> Iterator[str]:
    title = pair.older if pair.older == pair.newer else f"{pair.older} → {pair.newer}"
    yield f"\n### {title}\n"
    plain = [crossing.older[0] for crossing in found if crossing.plain]
    if plain:
        yield f"Same: {_named(plain)}."
    rest = [crossing for crossing in found if not crossing.plain]
    if not rest:
        return
    if plain:
        yield ""
    yield "| v4 | v5 | how |"
    yield "|---|---|---|"
    for crossing in rest:
        yield f"| {_named(crossing.older)} | {_named(crossing.newer)} | {crossing.how} |"


def _words(table: Table) -> Iterator[str]:
    used = {
        row.values for entry in table.classes.values() for row in entry.rows if row.values
    } & set(table.values)
    lines = [line for name in sorted(used) for line in _table_of_words(name, table.values[name])]
    if lines:
        yield "\n### Words\n"
        yield "| table | v4 → v5 | v5 → v4 |"
        yield "|---|---|---|"
        yield from lines


def _table_of_words(name: str, values: Values) -> Iterator[str]:
    up = [f"`{one}` → `{other}`" for one, other in values.words[NEWER].items()]
    down = [f"`{one}` → `{other}`" for one, other in values.words[OLDER].items()]
    if values.only[NEWER]:
        up.append(f"else one of {_named(values.only[NEWER])}, spelled anyhow")
    yield f"| {name} | {', '.join(up) or 'same'} | {', '.join(down) or 'same'} |"


def _named(names: tuple[str, ...] | list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


if __name__ == "__main__":
    print(page(), end="")
