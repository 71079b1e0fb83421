"""Servers that search wrongly (R-4xx)."""

import re
from urllib.parse import quote, unquote

from tests.conformance.flawed_servers.exchange import Answered, Asked, Server, named, refusal
from tests.conformance.flawed_servers.flaw import flaw
from tests.handlers.facts import Json

ON = "TMF639 v5 resource"
_SUFFIX = re.compile(r"\.(eq|gte?|lte?|regex)$")
_SYMBOL = re.compile(r"%3[CE]|%3D(%3D|~)|[<>]", re.IGNORECASE)


def is_plain(criterion: str) -> bool:
    """Whether it is attribute=value, without an operator."""
    name, equals, value = criterion.partition("=")
    return bool(
        equals and value and not value.startswith("~")
        and not _SUFFIX.search(name) and not _SYMBOL.search(name) and ";" not in criterion
    )  # fmt: skip


def without(asked: Asked, unwanted: re.Pattern[str]) -> Asked:
    """The request without the filters that look so."""
    kept = [part for part in asked.filters if not unwanted.search(part)]
    return asked.with_query([*kept, *asked.controls])


@flaw("R-401", "R-4*", "R-1102", "R-1103", "R-209", "R-310", "R-508", "R-607", on=ON)
async def every_filter_is_ignored(asked: Asked, server: Server) -> Answered:
    """Ignores every filter: a list is always the whole list."""
    return await server(asked.with_query(asked.controls) if asked.lists else asked)


@flaw("R-416", on=ON)
async def unknown_filters_are_ignored(asked: Asked, server: Server) -> Answered:
    """Ignores filters on attributes it does not know, and answers the whole list."""
    if asked.lists and asked.filters:
        known = {"id", "href"}
        for record in (await server(asked.reading(asked.path))).json:
            known |= set(record)
        names = {part: re.split(r"[.*]", named(part))[0] for part in asked.filters}
        kept = [p for p in asked.filters if unquote(names[p]) in known or p.startswith("%40")]
        asked = asked.with_query([*kept, *asked.controls])
    return await server(asked)


@flaw("R-401", on=ON)
async def equality_matches_partially(asked: Asked, server: Server) -> Answered:
    """Takes equality for containing: name=kit also finds kitten."""
    return await server(_each_plain(asked, "{name}.regex={value}"))


@flaw("R-401", on=ON)
async def changes_are_not_indexed(asked: Asked, server: Server) -> Answered:
    """Finds a changed entity by what it was, not by what it is."""
    indexed = server.memory
    if asked.patches:
        before = await server(asked.reading())
        if before.ok:
            indexed.setdefault(before.json["id"], before.json)
    answered = await server(asked)
    name, _, value = asked.query.partition("=")
    alone = asked.filters == [asked.query] and name.isalpha() and is_plain(asked.query)
    if not asked.lists or not answered.ok or not alone or re.search(",|%22", value):
        return answered

    def fits(entity: Json) -> bool:
        return entity.get(name) == unquote(value)

    found = [e for e in answered.json if fits(indexed.get(e.get("id"), e))]
    for record in [i for i, e in indexed.items() if fits(e) and i not in [f["id"] for f in found]]:
        late = await server(asked.reading(f"{asked.path}/{record}"))
        found += [late.json] if late.ok else []
    counted = answered.with_json(found).with_header("x-total-count", str(len(found)))
    return counted.with_header("x-result-count", str(len(found)))


@flaw("R-401", "R-415", on=ON)
async def queries_are_latin_1(asked: Asked, server: Server) -> Answered:
    """Reads the bytes of a query one by one, so that other alphabets never match."""
    encoded = re.sub(r"%([89A-F])(.)", _as_latin_1, asked.query, flags=re.IGNORECASE)
    return await server(asked.with_query(encoded.split("&")) if encoded != asked.query else asked)


def _as_latin_1(byte: re.Match[str]) -> str:
    return quote(chr(int(byte[1] + byte[2], 16)))


@flaw("R-401", on=ON)
async def equality_ignores_case(asked: Asked, server: Server) -> Answered:
    """Takes upper and lower case for the same."""
    return await server(_each_plain(asked, "{name}.regex=(?i)^({value})$"))


def _each_plain(asked: Asked, form: str) -> Asked:
    """The request with another form of each comparison of a text for equality."""
    if not asked.lists:
        return asked

    def other(part: str) -> str:
        name, _, value = part.partition("=")
        text = unquote(value)
        if not is_plain(part) or not re.match(r"[A-Za-z]", text) or text in ("true", "false"):
            return part
        pattern = "|".join(re.escape(unquote(one)) for one in value.split(","))
        shape = form.format(name=name, value="\0").partition("=")
        return f"{shape[0]}={quote(shape[2].replace(chr(0), pattern), safe='')}"

    return asked.with_query([*map(other, asked.filters), *asked.controls])


@flaw("R-402", "R-4*", "R-1102", on=ON)
async def only_the_first_filter_counts(asked: Asked, server: Server) -> Answered:
    """Honours the first filter and drops the others."""
    return await server(asked.with_query([*asked.filters[:1], *asked.controls]))


@flaw("R-402", "R-4*", "R-1102", on=ON)
async def filters_are_alternatives(asked: Asked, server: Server) -> Answered:
    """Joins filters by OR where & means AND."""
    if asked.lists and len(asked.filters) > 1:
        asked = asked.with_query([";".join(asked.filters), *asked.controls])
    return await server(asked)


@flaw("R-403", "R-405", on=ON)
async def a_comma_is_part_of_the_value(asked: Asked, server: Server) -> Answered:
    """Takes a list of values for one value with commas in it."""
    literal = [part.replace(",", "%2C") for part in asked.filters]
    return await server(asked.with_query([*literal, *asked.controls]))


@flaw("R-403", on=ON)
async def the_last_of_repeated_names_wins(asked: Asked, server: Server) -> Answered:
    """Keeps one value for a name that is given several times."""
    last = {part.partition("=")[0] if is_plain(part) else part: part for part in asked.filters}
    return await server(asked.with_query([*last.values(), *asked.controls]))


@flaw("R-404", "R-405", "R-409", on=ON)
async def alternatives_after_a_semicolon_are_dropped(asked: Asked, server: Server) -> Answered:
    """Reads a condition up to the semicolon only."""
    first = [part.partition(";")[0] for part in asked.filters]
    return await server(asked.with_query([*first, *asked.controls]))


@flaw("R-406", "R-407", "R-409", "R-414", on=ON)
async def greater_includes_equal(asked: Asked, server: Server) -> Answered:
    """Answers equal values too when asked for greater ones."""
    wide = [re.sub(r"\.gt=", ".gte=", part) for part in asked.filters]
    return await server(asked.with_query([*wide, *asked.controls]))


@flaw("R-406", "R-409", "R-414", on=ON)
async def less_than_is_unknown(asked: Asked, server: Server) -> Answered:
    """Ignores upper bounds."""
    return await server(without(asked, re.compile(r"\.lte?=")))


@flaw("R-406", "R-404", "R-409", "R-413", "R-414", "R-418", on=ON)
async def operators_are_part_of_the_name(asked: Asked, server: Server) -> Answered:
    """Takes attr.gt for an attribute of that name, which nothing has."""
    if asked.lists and any(_SUFFIX.search(named(part)) for part in asked.filters):
        asked = asked.with_query(["id=none", *asked.controls])
    return await server(asked)


@flaw("R-407", on=ON)
async def symbols_are_unknown(asked: Asked, server: Server) -> Answered:
    """Ignores conditions that are written with symbols, such as attr>1."""
    return await server(without(asked, _SYMBOL))


@flaw("R-409", on=ON)
async def one_bound_of_a_range_is_lost(asked: Asked, server: Server) -> Answered:
    """Keeps one condition for an attribute, so that of a range only the last bound holds."""
    kept: dict[str, str] = {}
    for part in asked.filters:
        operated = _SUFFIX.search(named(part))
        kept[_SUFFIX.sub("", named(part)) if operated else part] = part
    return await server(asked.with_query([*kept.values(), *asked.controls]))


@flaw("R-410", "R-408", "R-411", on="TMF629 v5 customer")
async def nested_attributes_are_ignored(asked: Asked, server: Server) -> Answered:
    """Ignores conditions on attributes inside others."""
    return await server(without(asked, re.compile(r"^\w+\.(?!(eq|gte?|lte?|regex)=)\w+")))


@flaw("R-411", on="TMF629 v5 customer")
async def conditions_must_meet_in_one_element(asked: Asked, server: Server) -> Answered:
    """Ties several conditions on an array to one element of it."""
    nested = [part for part in asked.filters if re.match(r"^\w+\.(?!eq=|[gl]te?=)\w+=", part)]
    answered = await server(asked)
    if not asked.lists or len(nested) < 2 or not answered.ok:
        return answered
    wanted = [(unquote(n).split("."), unquote(v)) for n, _, v in (p.partition("=") for p in nested)]

    def meets(record: dict[str, object]) -> bool:
        elements = record.get(wanted[0][0][0])
        listed = elements if isinstance(elements, list) else [elements]
        return any(
            all(str(e.get(n[1])) == v for n, v in wanted) for e in listed if isinstance(e, dict)
        )

    return answered.with_json([record for record in answered.json if meets(record)])


@flaw("R-412", "R-1102", on=ON)
async def the_type_is_no_filter(asked: Asked, server: Server) -> Answered:
    """Ignores a filter on @type."""
    return await server(without(asked, re.compile(r"^(@|%40)type", re.IGNORECASE)))


@flaw("R-414", "R-406", "R-409", on=ON)
async def numbers_are_compared_as_texts(asked: Asked, server: Server) -> Answered:
    """Orders numbers as texts, where 9 comes after 10."""
    return await _ordered_as_texts(asked, server, re.compile(r"^\w+\.(gte?|lte?)=-?\d+$"))


@flaw("R-414", "R-415", on=ON)
async def dates_are_compared_as_texts(asked: Asked, server: Server) -> Answered:
    """Compares dates letter by letter, so that another offset is another time."""
    date = re.compile(r"^\w+(\.(eq|gte?|lte?))?=\d{4}-\d\d-\d\d")
    return await _ordered_as_texts(asked, server, date)


_DAY = re.compile(r"(\.[gl]te?=\d{4}-\d\d-\d\d)T[^&]*")
_OFFSET = re.compile(r"(\.[gl]te?=\d{4}-\d\d-\d\dT(?:[\d:.]|%3A)*)(?:%2B|\+|-)\d\d(?:%3A|:)\d\d")


@flaw("R-414", on=ON)
async def only_the_day_is_compared(asked: Asked, server: Server) -> Answered:
    """Drops the time of day from the bound of a range."""
    return await server(_respelt(asked, _DAY, r"\1"))


@flaw("R-414", on=ON)
async def offsets_of_bounds_are_ignored(asked: Asked, server: Server) -> Answered:
    """Takes the bound of a range for UTC whatever its offset."""
    return await server(_respelt(asked, _OFFSET, r"\1Z"))


def _respelt(asked: Asked, bound: re.Pattern[str], otherwise: str) -> Asked:
    parts = [bound.sub(otherwise, part) for part in asked.filters]
    return asked.with_query([*parts, *asked.controls]) if parts != asked.filters else asked


async def _ordered_as_texts(asked: Asked, server: Server, which: re.Pattern[str]) -> Answered:
    """Carry out those conditions on the texts of what the other conditions select."""
    textual = [part for part in asked.filters if which.match(part)]
    if not asked.lists or not textual:
        return await server(asked)
    answered = await server(without(asked, which))
    if not answered.ok:
        return answered
    compare = {
        "": str.__eq__, ".eq": str.__eq__, ".gt": str.__gt__, ".gte": str.__ge__,
        ".lt": str.__lt__, ".lte": str.__le__,
    }  # fmt: skip
    kept = answered.json
    for part in textual:
        name, _, value = part.partition("=")
        operator = "." + name.partition(".")[2] if "." in name else ""
        attribute, text = name.partition(".")[0], unquote(value)
        kept = [
            r for r in kept
            if attribute in r and compare[operator](str(r[attribute]), text) is True
        ]  # fmt: skip
    counted = answered.with_json(kept).with_header("x-total-count", str(len(kept)))
    return counted.with_header("x-result-count", str(len(kept)))


@flaw("R-417", "R-508", on=ON)
async def a_search_for_an_id_gives_an_object(asked: Asked, server: Server) -> Answered:
    """Answers a filter on id with the entity instead of a list."""
    answered = await server(asked)
    searched = asked.lists and any(named(part) == "id" for part in asked.filters)
    if searched and answered.ok and len(answered.json) == 1:
        return answered.with_json(answered.json[0])
    return answered


@flaw("R-418", on=ON)
async def a_pattern_must_match_from_end_to_end(asked: Asked, server: Server) -> Answered:
    """Anchors regular expressions at both ends."""
    anchored = [re.sub(r"(\.regex=)(.*)$", r"\1%5E\2%24", part) for part in asked.filters]
    return await server(asked.with_query([*anchored, *asked.controls]))


@flaw("R-418", on=ON)
async def patterns_ignore_case(asked: Asked, server: Server) -> Answered:
    """Takes upper and lower case for the same in a regular expression."""
    parts = [part.replace(".regex=", ".regex=(?i)") for part in asked.filters]
    return await server(asked.with_query([*parts, *asked.controls]))


@flaw("R-418", "S-002", on=ON)
async def a_bad_pattern_breaks_the_server(asked: Asked, server: Server) -> Answered:
    """Answers 500 to a regular expression that is none."""
    answered = await server(asked)
    if asked.lists and "regex" in asked.query and answered.status == 400:
        return refusal(500, "error in pattern")
    return answered


@flaw("R-209", "R-4*", "R-612", "R-614", on=ON)
async def an_empty_result_is_not_found(asked: Asked, server: Server) -> Answered:
    """Answers 404 when nothing matches."""
    answered = await server(asked)
    empty = asked.lists and asked.filters and answered.ok and answered.json == []
    return refusal(404, "Nothing found") if empty else answered


@flaw("R-501", "R-50*", on=ON)
async def jsonpath_is_ignored(asked: Asked, server: Server) -> Answered:
    """Takes a filter in JSONPath and answers the whole list."""
    kept = [part for part in asked.criteria if not part.startswith("filter=")]
    return await server(asked.with_query(kept))


@flaw("R-507", on=ON)
async def a_bad_jsonpath_finds_nothing(asked: Asked, server: Server) -> Answered:
    """Answers an empty list to JSONPath that is none."""
    answered = await server(asked)
    if asked.lists and "filter=" in asked.query and answered.status == 400:
        return await server(asked.with_query(["id=none"]))
    return answered


@flaw("R-508", on=ON)
async def jsonpath_replaces_other_filters(asked: Asked, server: Server) -> Answered:
    """Ignores filters on attributes when JSONPath is given as well."""
    return await server(asked.with_query(asked.controls) if "filter=" in asked.query else asked)


@flaw("R-506", on=ON)
async def jsonpath_conditions_meet_anywhere(asked: Asked, server: Server) -> Answered:
    """Does not tie the conditions of a nested predicate to one element."""
    query = unquote(asked.query)
    loose = re.sub(r"@\.(\w+)\[\?\(([^&()]+)&&([^&()]+)\)\]", r"@.\1[?(\2)] && @.\1[?(\3)]", query)
    if asked.lists and "filter=" in query and loose != query:
        parts = [quote(part, safe="=") for part in loose.split("&") if part.strip()]
        asked = asked.with_query([quote(loose, safe="=&$") if len(parts) == 1 else _whole(loose)])
    return await server(asked)


def _whole(query: str) -> str:
    """A decoded query with the && of its JSONPath encoded."""
    return quote(query.replace("&&", "\0"), safe="=&$.,:@").replace("%00", "%26%26")
