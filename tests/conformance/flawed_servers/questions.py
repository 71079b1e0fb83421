"""Servers that answer rightly what anybody would ask first, and wrongly what is next to it."""

import re
from urllib.parse import quote, unquote

from tests.conformance.flawed_servers.exchange import Answered, Asked, Server, named, refusal
from tests.conformance.flawed_servers.flaw import flaw
from tests.handlers.facts import Json

ON = "TMF639 v5 resource"
#: A comparison of an attribute with one plain value.
_EQUAL = re.compile(r"([A-Za-z][\w.]*)=([^,;]+)")


def _spelt_as_pattern(asked: Asked, pattern: str, then: str) -> Asked:
    """The request with what looks like one thing in compared values read as another."""

    def other(part: str) -> str:
        found = _EQUAL.fullmatch(part)
        value = unquote(found[2]) if found else ""
        if found is None or "." in found[1] or not re.search(pattern, value):
            return part
        loose = re.sub(pattern, "\0", value)
        expression = re.escape(loose).replace(re.escape("\0"), then)
        return f"{found[1]}.regex={quote(f'^{expression}$', safe='')}"

    if not asked.lists or ";" in asked.query:
        return asked
    return asked.with_query([*map(other, asked.filters), *asked.controls])


@flaw("R-401", "R-412", on=ON)
async def an_underscore_is_any_letter(asked: Asked, server: Server) -> Answered:
    """Compares by LIKE, where an underscore stands for any letter."""
    return await server(_spelt_as_pattern(asked, "_", "."))


@flaw("R-401", "R-415", on=ON)
async def accents_are_composed(asked: Asked, server: Server) -> Answered:
    """Takes a letter with an accent and the letter with an accent after it for the same."""
    return await server(_spelt_as_pattern(asked, "\u00fc|u\u0308", "(\u00fc|u\u0308)"))


@flaw("R-401", on=ON)
async def blanks_at_the_end_do_not_count(asked: Asked, server: Server) -> Answered:
    """Compares texts as columns of a fixed width do, without the blanks at their end."""
    return await server(_spelt_as_pattern(asked, r"(?<=bravo)$", " *"))


@flaw("R-401", on=ON)
async def an_apostrophe_is_refused(asked: Asked, server: Server) -> Answered:
    """Refuses a value with an apostrophe, for fear of what might be in it."""
    if asked.lists and "%27" in asked.query and "filter" not in asked.query:
        return refusal(400, "Illegal character")
    return await server(asked)


@flaw("R-403", "R-404", "R-405", on=ON)
async def a_third_value_is_dropped(asked: Asked, server: Server) -> Answered:
    """Reads two values of a list at most."""

    def two(part: str) -> str:
        name, equals, values = part.partition("=")
        listed = values.split(",")
        long = len(listed) > 2 and ";" not in part and named(part) != "id"
        return f"{name}{equals}{','.join(listed[:2])}" if long else part

    return await server(asked.with_query([*map(two, asked.filters), *asked.controls]))


@flaw("R-301", on=ON)
async def selections_drop_what_is_nothing(asked: Asked, server: Server) -> Answered:
    """Leaves values that are 0, false or empty out of a selection."""
    answered = await server(asked)
    if not asked.lists or "fields" not in asked.parameters:
        return answered

    def solid(record: Json) -> Json:
        return {k: v for k, v in record.items() if v or k in ("id", "href")}

    return answered.each(solid)


@flaw("R-605", on=ON)
async def descending_pages_begin_at_the_start(asked: Asked, server: Server) -> Answered:
    """Ignores offset in a list that is sorted downwards."""
    if asked.lists and asked.parameters.get("sort", "").startswith("-"):
        kept = [part for part in asked.controls if named(part) != "offset"]
        return await server(asked.with_query([*asked.filters, *kept]))
    return await server(asked)


@flaw("R-601", on=ON)
async def a_second_key_goes_with_the_first(asked: Asked, server: Server) -> Answered:
    """Sorts every key in the direction of the first."""
    keys = asked.parameters.get("sort", "").split(",")
    if not asked.lists or len(keys) < 2:
        return await server(asked)
    sign = "-" if keys[0].startswith("-") else ""
    same = ",".join(sign + key.lstrip("-") for key in keys)
    kept = [part for part in asked.controls if named(part) != "sort"]
    return await server(asked.with_query([*asked.filters, *kept, f"sort={same}"]))


@flaw("R-504", on=ON)
async def negations_are_dropped(asked: Asked, server: Server) -> Answered:
    """Reads !(...) in JSONPath as the same without the negation."""
    if not asked.lists or "filter=" not in asked.query:
        return await server(asked)
    plain = [part.replace("%21%28", "%28") for part in asked.criteria]
    return await server(asked.with_query(plain))


@flaw("R-302", "R-401", on=ON)
async def faces_are_lost(asked: Asked, server: Server) -> Answered:
    """Keeps three bytes of a letter at most, so that what needs four becomes a question mark."""
    answered = await server(asked)

    def narrow(record: Json) -> Json:
        return {
            k: re.sub("[\U0001f000-\U0001ffff]", "?", v) if isinstance(v, str) else v
            for k, v in record.items()
        }

    return answered.each(narrow)


@flaw("R-801", "R-802", "R-803", "S-001", on=ON)
async def changes_answer_lists_as_one(asked: Asked, server: Server) -> Answered:
    """Shows a list of one element as that element, in the answer to a PATCH."""
    answered = await server(asked)
    if not asked.patches:
        return answered

    def plain(record: Json) -> Json:
        lists = {k: v[0] for k, v in record.items() if isinstance(v, list) and len(v) == 1}
        return record | lists

    return answered.each(plain)


@flaw("R-801", "R-802", on=ON)
async def a_shorter_list_keeps_the_rest(asked: Asked, server: Server) -> Answered:
    """Puts a list over the old one place by place, so that a shorter one leaves its rest."""
    if not asked.merges:
        return await server(asked)
    before = (await server(asked.reading())).json or {}

    def over(name: str, value: object) -> object:
        old = before.get(name)
        lists = isinstance(value, list) and isinstance(old, list)
        return [*value, *old[len(value) :]] if lists else value

    change: Json = {name: over(name, value) for name, value in asked.json.items()}
    return await server(asked.with_json(change))


@flaw("R-803", "R-808", on=ON)
async def additions_go_to_the_end(asked: Asked, server: Server) -> Answered:
    """Adds to the end of a list wherever a JSON Patch says."""
    steps = asked.json
    if not asked.patches or not isinstance(steps, list):
        return await server(asked)

    def last(step: Json) -> Json:
        adds = isinstance(step, dict) and step.get("op") == "add"
        return step | {"path": re.sub(r"/\d+$", "/-", str(step.get("path")))} if adds else step

    return await server(asked.with_json([last(step) for step in steps]))
