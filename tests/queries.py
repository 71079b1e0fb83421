"""Resources and raw query strings made at random, so that they often have to do with each other.

One generator serves two uses: from a seed it makes the records of a shard, and from the random
source of Hypothesis it makes queries that shrink.
"""

import json
import re
from collections.abc import Callable, Sequence
from random import Random
from typing import Any
from urllib.parse import quote

from hypothesis import strategies as st

from tmf_apis.spec.attributes import Attribute, attributes_of

Resource = dict[str, Any]
Schema = dict[str, Any]


# -- the resource type


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _list_of(items: Schema) -> Schema:
    return {"type": "array", "items": items}


_TEXT: Schema = {"type": "string"}
_DATE_TIME: Schema = {"type": "string", "format": "date-time"}
_INTEGER: Schema = {"type": "integer"}
_NUMBER: Schema = {"type": "number"}
_BOOLEAN: Schema = {"type": "boolean"}
_CLASS = {"@type": _TEXT, "@baseType": _TEXT, "@schemaLocation": _TEXT}
_REFERENCE = {"id": _TEXT, "href": _TEXT, "name": _TEXT, "@referredType": _TEXT, **_CLASS}

#: A small API in the manner of TM Forum: every kind of attribute at least once, and a cycle.
SCHEMAS: dict[str, Schema] = {
    "Thing": {
        "type": "object",
        "properties": {
            "id": _TEXT,
            "href": _TEXT,
            "name": _TEXT,
            "description": _TEXT,
            "category": _TEXT,
            **_CLASS,
            "isBundle": _BOOLEAN,
            "priority": _INTEGER,
            "amount": _NUMBER,
            "creationDate": _DATE_TIME,
            "lastUpdate": _DATE_TIME,
            "validFor": _ref("TimePeriod"),
            "channel": _ref("ChannelRef"),
            "cost": _ref("Money"),
            "relatedParty": _list_of(_ref("RelatedParty")),
            "note": _list_of(_ref("Note")),
            "tag": _list_of(_TEXT),
            "score": _list_of(_NUMBER),
            "moment": _list_of(_DATE_TIME),
            "flag": _list_of(_BOOLEAN),
            "characteristic": _list_of(_ref("Characteristic")),
            "setting": {},
            "item": _list_of(_ref("Item")),
        },
    },
    "TimePeriod": {
        "type": "object",
        "properties": {"startDateTime": _DATE_TIME, "endDateTime": _DATE_TIME},
    },
    "ChannelRef": {"type": "object", "properties": _REFERENCE},
    "Money": {"type": "object", "properties": {"unit": _TEXT, "value": _NUMBER}},
    "RelatedParty": {
        "allOf": [
            {"type": "object", "properties": _REFERENCE},
            {"type": "object", "properties": {"role": _TEXT}},
        ]
    },
    "Note": {
        "type": "object",
        "properties": {
            "id": _TEXT,
            "author": _TEXT,
            "date": _DATE_TIME,
            "text": _TEXT,
            "rating": _NUMBER,
        },
    },
    "Characteristic": {
        "type": "object",
        "properties": {"id": _TEXT, "name": _TEXT, "valueType": _TEXT, "value": {}},
    },
    "Item": {
        "type": "object",
        "properties": {
            "id": _TEXT,
            "action": _TEXT,
            "quantity": _INTEGER,
            "note": _list_of(_ref("Note")),
            "characteristic": _list_of(_ref("Characteristic")),
            "item": _list_of(_ref("Item")),
        },
    },
}
ROOT: Attribute = attributes_of("Thing", SCHEMAS)


# -- values: small pools, so that values meet each other and ties are common

TEXTS = (
    "", "alpha", "Alpha", "alphabet", "beta", "gamma ray", "a,b", "x;y", "a&b", "a=b", "a+b",
    "100%", "%41", "*", "5", "5.0", "007", "1e3", "true", "null", 'in "quotes"', "it's",
    "ünïcødé", "u\u0308ni", "日本語", "😀", "\uffff", "tab\there", "line\nbreak", "(paren", "a.b",
    "[x]", "back\\slash", "2024-02-29", "2024-02-29T12:00:00Z", "~alpha", "=beta", "'red'",
)  # fmt: skip
WORDS = ("color", "size", "speed", "red", "blue", "customer", "seller", "add", "modify", "active")
INTEGERS = (0, 1, 2, 5, 7, 10, -1, -10, 1000, 2**31, 2**53, 2**53 + 1, 2**63 - 1, -(2**63))
FLOATS = (0.0, -0.0, 0.5, 1.0, 1.5, 5.0, 0.1, 1e3, -2.5, 1e300, 1e-300, 2.0**53, 2.0**63, 3.14)
INSTANTS = (
    "2024-02-29T12:00:00Z",
    "2024-02-29T13:00:00+01:00",
    "2024-02-29T12:00:00.000Z",
    "2024-02-29T12:00:00.0000009Z",
    "2024-02-29T12:00:00.000001Z",
    "2024-02-29T12:00:00.5-00:00",
    "2024-02-29T06:30:00.5-05:30",
    "2024-02-29t12:00:00z",
    "2024-03-01T00:00:00Z",
    "2024-02-29T23:59:60Z",
    "2024-02-29T23:59:59.999999Z",
    "2024-02-29T00:00:00+14:00",
    "1969-12-31T23:59:59.999Z",
    "1970-01-01T00:00:00Z",
    "0001-01-02T00:00:00Z",
    "9999-12-30T23:59:59.999999Z",
    "2013-04-20T00:00:00Z",
    "2017-04-20T10:00:00+02:00",
)
#: What only requests may write.
SHORT_INSTANTS = (
    "2024-02-29",
    "2024-03-01",
    "2024-02-29T12:00",
    "2024-02-29T12:00:00",
    "2013-04-20",
)


def _chance(random: Random, percent: int) -> bool:
    return random.randrange(100) < percent


def _text(random: Random) -> str:
    return random.choice(WORDS if _chance(random, 60) else TEXTS)


def _number(random: Random) -> int | float:
    return random.choice(INTEGERS if _chance(random, 60) else FLOATS)


def _instant(random: Random) -> str:
    return random.choice(INSTANTS)


def _boolean(random: Random) -> bool:
    return _chance(random, 50)


def _anything(random: Random, depth: int = 0) -> Any:
    """A free value: any JSON, null and nested lists with it."""
    sort = random.randrange(8 if depth < 2 else 5)
    if sort == 0:
        return None
    if sort == 1:
        return _boolean(random)
    if sort == 2:
        return _number(random)
    if sort == 3:
        return _text(random)
    if sort == 4:
        return _instant(random)
    if sort == 5:
        return [_anything(random, depth + 1) for _ in range(random.randrange(3))]
    names = random.sample(("value", "name", "unit", "a-b", "größe"), random.randrange(3))
    return {name: _anything(random, depth + 1) for name in names}


_LEAVES: dict[str, Callable[[Random], Any]] = {
    "text": _text,
    "number": _number,
    "integer": lambda random: random.choice(INTEGERS),
    "instant": _instant,
    "boolean": _boolean,
    "any": _anything,
}


def _leaf_of(schema: Schema) -> Callable[[Random], Any]:
    if "format" in schema:
        return _instant
    word: str = schema.get("type", "any")
    return _LEAVES[{"string": "text"}.get(word, word)]


def _value_of(random: Random, schema: Schema, depth: int) -> Any:
    if "$ref" in schema:
        return _object_of(random, schema["$ref"].rpartition("/")[2], depth + 1)
    if schema.get("type") == "array":
        count = random.choice((0, 1, 1, 2, 2, 3))
        return [_value_of(random, schema["items"], depth) for _ in range(count)]
    return _leaf_of(schema)(random)


def _object_of(random: Random, name: str, depth: int) -> Resource:
    schema = SCHEMAS[name]
    found: Resource = {}
    for part in (schema, *schema.get("allOf", ())):
        for attribute, declared in part.get("properties", {}).items():
            nested = "$ref" in declared or "items" in declared
            if attribute == "href" or (nested and depth > 2):
                continue
            if _chance(random, 55 if depth == 0 else 60):
                found[attribute] = _value_of(random, declared, depth)
    if _chance(random, 15):
        found[random.choice(("vendorRank", "größe", "x-note"))] = _anything(random)
    return found


def resource(random: Random, id: str) -> Resource:
    """One resource of the type `Thing`, attributes the schema does not declare included."""
    body: Resource = {"id": id, **_object_of(random, "Thing", 0)}
    body["id"] = id
    if _chance(random, 40):
        body[random.choice(("vendorRank", "vendorRank", "größe", "dotted.name", "$odd"))] = (
            _anything(random)
        )
    if _chance(random, 20):
        body["vendor"] = [
            {"name": _text(random), "since": _anything(random)} for _ in range(random.randrange(3))
        ]
    return body


def resources(seed: int, count: int) -> list[Resource]:
    """That many resources, in creation order; always the same ones for a seed."""
    random = Random(seed)
    return [resource(random, f"{random.choice('abc')}{number}") for number in range(count)]


# -- queries

#: Where a value stands: member names from the root, and the value itself.
Place = tuple[tuple[str, ...], Any]

_DECLARED = (
    ("name",), ("category",), ("isBundle",), ("priority",), ("amount",), ("creationDate",),
    ("lastUpdate",), ("validFor", "startDateTime"), ("validFor", "endDateTime"),
    ("channel", "name"), ("cost", "value"), ("relatedParty", "role"), ("relatedParty", "id"),
    ("note", "author"), ("note", "date"), ("note", "rating"), ("tag",), ("score",), ("moment",),
    ("flag",), ("characteristic", "value"), ("characteristic", "name"), ("setting",),
    ("item", "quantity"), ("item", "note", "date"), ("item", "item", "action"), ("vendorRank",),
    ("vendor", "name"), ("@type",), ("id",), ("missing",), ("note",), ("channel",),
    ("item", "characteristic", "value"),
)  # fmt: skip


def _place(random: Random, node: Any, start: tuple[str, ...] = ()) -> Place:
    """Somewhere in a resource: downwards until something simple is met."""
    names = start
    while True:
        if isinstance(node, list) and node:
            node = random.choice(node)
        elif isinstance(node, dict) and node and len(names) < 8:
            name = random.choice(list(node))
            names, node = (*names, name), node[name]
        else:
            return names, node


def _target(random: Random, known: Sequence[Resource]) -> Place:
    """A path to ask about, and a value to ask for: mostly one that some resource has there."""
    if known and _chance(random, 75):
        return _place(random, random.choice(known))
    return random.choice(_DECLARED), _anything(random, depth=2)


def _spelled(random: Random, value: Any) -> str:
    """A value as the text of a query parameter, not encoded yet."""
    if value is None or isinstance(value, dict | list):
        return random.choice((*WORDS, "null", ""))
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return _spelled_number(random, value)
    if value in INSTANTS and _chance(random, 50):
        return random.choice(INSTANTS + SHORT_INSTANTS)
    return str(value)


def _spelled_number(random: Random, value: float) -> str:
    spellings = [json.dumps(value)]
    if isinstance(value, int):
        spellings += [f"{value}.0", f"{value}e0", json.dumps(value + 1)]
    elif value.is_integer() and abs(value) < 1e15:
        spellings.append(str(int(value)))
    return random.choice(spellings)


def _encoded(random: Random, text: str) -> str:
    """Percent-encoded, wholly or only where it must be; now and then in double quotes."""
    encoded = quote(text, safe="" if _chance(random, 50) else "!$()*:@/?'")
    if _chance(random, 10):
        mark = random.choice(('"', "%22", "'", "%27"))
        return f"{mark}{encoded}{mark}"
    return encoded


def _pattern(random: Random, value: Any) -> str:
    """An RE2 pattern, often one that the value has."""
    text = value if isinstance(value, str) and value else random.choice(WORDS)
    start = random.randrange(len(text))
    piece = text[start : start + random.randrange(1, 5)]
    escaped = re.sub(r"([\\.+*?()|\[\]{}^$])", r"\\\1", piece)
    return random.choice(
        (
            escaped,
            f"^{escaped}",
            f"{escaped}$",
            f"(?i){escaped}",
            f"{escaped}|blue",
            f"^.{{0,6}}{escaped}",
            "^$",
            "[a-c]+",
            r"\d",
            r"^\w+$",
            "5",
            "true",
        )
    )


_EQUALS = ("=", "=", "=", ".eq=", "==", "%3D%3D", ".in=", ".ne=", ".nin=")
_ORDERS = (
    ".gt=", ".gte=", ".lt=", ".lte=", ">", "%3E", ">=", "%3E=", "%3E%3D", "<", "%3C", "<=",
    "%3C%3D", "<%3D",
)  # fmt: skip
_REGEXES = (".regex=", "*=", "=~", "%3D~", "%2A=", "=%7E")


def _name(random: Random, names: Sequence[str]) -> str:
    dotted = ".".join(quote(name, safe="@$-" if _chance(random, 50) else "") for name in names)
    return dotted


def _tied(random: Random, known: Sequence[Resource]) -> str:
    """The short form that ties an element of a list by one of its members."""
    owners = [r for r in known if r.get("characteristic") or r.get("note")]
    if not owners:
        return "characteristic[name=color].value=red"
    owner = random.choice(owners)
    attribute = "characteristic" if owner.get("characteristic") else "note"
    element = random.choice(owner[attribute])
    plain = [name for name, value in element.items() if isinstance(value, str) and "]" not in value]
    if not plain:
        return "note[author=blue].text=red"
    key = random.choice(plain)
    value = quote(element[key], safe="")
    if _chance(random, 30):
        value = f'"{value}"'
    names, asked = _place(random, element)
    pair = random.choice((f"[{key}={value}]", f"%5B{key}%3D{value}%5D"))
    if not names or _chance(random, 15):
        return f"{attribute}{pair}"
    return f"{attribute}{pair}.{_name(random, names)}{_comparison(random, asked)}"


def _comparison(random: Random, value: Any) -> str:
    """The part of a condition behind the name."""
    form = random.randrange(10)
    if form < 5:
        values = [
            value,
            *(_anything(random, depth=2) for _ in range(random.choice((0, 0, 0, 1, 2)))),
        ]
        random.shuffle(values)
        return random.choice(_EQUALS) + ",".join(
            _encoded(random, _spelled(random, each)) for each in values
        )
    if form < 8:
        return random.choice(_ORDERS) + _encoded(random, _spelled(random, value))
    if form < 9:
        return random.choice(_REGEXES) + quote(_pattern(random, value), safe="")
    return ""


def _condition(random: Random, known: Sequence[Resource]) -> str:
    if _chance(random, 12):
        return _tied(random, known)
    names, value = _target(random, known)
    condition = _name(random, names) + _comparison(random, value)
    if _chance(random, 10):
        condition += "&" + _name(random, names) + _comparison(random, value)
    return condition


def _literal(random: Random, value: Any) -> str:
    if value is None or isinstance(value, dict | list):
        return random.choice(("null", "'red'", "5", "true"))
    if isinstance(value, str):
        text = _spelled(random, value)
        mark = random.choice("'\"")
        body = text.replace("\\", "\\\\").replace(mark, "\\" + mark)
        return f"{mark}{body}{mark}"
    return _spelled(random, value)


def _step(random: Random, name: str) -> str:
    if re.fullmatch(r"@?[A-Za-z_]\w*", name) and _chance(random, 85):
        return f".{name}"
    body = name.replace("\\", "\\\\").replace("'", "\\'")
    return f"['{body}']"


def _relative(random: Random, names: Sequence[str]) -> str:
    path = "@"
    for name in names:
        path += _step(random, name)
        if _chance(random, 10):
            path += random.choice(("[*]", "[0]", "[1]"))
    return path


def _test(random: Random, node: Any, depth: int) -> str:
    """One predicate of a JSONPath filter about a node, such that it may well be true."""
    form = random.randrange(12)
    if depth < 3 and form == 0:
        return f"!({_test(random, node, depth + 1)})"
    if depth < 3 and form in (1, 2):
        sign = random.choice(("&&", "||", " && ", " || "))
        return f"({_test(random, node, depth + 1)}{sign}{_test(random, node, depth + 1)})"
    lists = (
        [k for k, v in node.items() if isinstance(v, list) and v] if isinstance(node, dict) else []
    )
    if lists and form in (3, 4, 5) and depth < 3:
        name = random.choice(lists)
        inner = _test(random, random.choice(node[name]), depth + 1)
        other = random.choice(node[name])
        if _chance(random, 50):
            inner += " && " + _test(random, other, depth + 1)
        return f"@{_step(random, name)}[?({inner})]"
    names, value = _place(random, node)
    if isinstance(value, dict | list) and not names:
        names, value = ("name",), "red"
    path = _relative(random, names)
    if form == 6:
        return path
    if form == 7:
        return f"!{path}"
    if form == 8:
        pattern = _pattern(random, value).replace("/", "\\/")
        return f"{path} =~ /{pattern}/{random.choice(('', 'i'))}"
    sign = random.choice(("==", "==", "==", "!=", ">", ">=", "<", "<="))
    literal = _literal(random, value)
    if literal == "null" and sign not in ("==", "!="):
        sign = "=="
    if _chance(random, 10):
        return f"{literal}{sign}{path}"
    return f"{path}{sign}{literal}"


def _json_path(random: Random, known: Sequence[Resource]) -> str:
    node: Any = random.choice(known) if known else {}
    form = random.randrange(4)
    if form < 2:
        return random.choice(("$", "", "$[*]")) + f"[?({_test(random, node, 0)})]"
    lists = [k for k, v in node.items() if isinstance(v, list) and v]
    if form == 2 and lists:
        name = random.choice(lists)
        lead = random.choice(("$", "")) + _step(random, name)
        found = f"{lead.removeprefix('.')}[?({_test(random, random.choice(node[name]), 1)})]"
        if _chance(random, 30):
            below, _ = _place(random, random.choice(node[name]))
            found += "".join(_step(random, name) for name in below[:1])
        return found
    names, _ = _target(random, known)
    return "$" + _relative(random, names)[1:]


_CHOSEN = (
    "characteristic[name={word}].value", "characteristic[?(@.name=='{word}')].value",
    "$.characteristic[?(@.name=='{word}')][*].value", "characteristic[valueType={word}].name",
    "note[author={word}].date", "note[?(@.author=='{word}')].rating",
    "relatedParty[role={word}].name", "item[action={word}].quantity",
    "item[*].characteristic[?(@.name=='{word}')].value", "channel[id={word}].name",
    "item[?(@.action=='{word}')].note[?(@.author)].date", "note[0][?(@.author)].text",
    "item[action=add].characteristic[name={word}].value", "vendor[name={word}].since",
)  # fmt: skip


def _chosen(random: Random, known: Sequence[Resource]) -> str:
    """A sort key of some elements of a list."""
    if known and _chance(random, 40):
        owner = random.choice(known)
        lists = [name for name in ("note", "characteristic", "item", "vendor") if owner.get(name)]
        if lists:
            name = random.choice(lists)
            element = random.choice(owner[name])
            below = random.choice(("id", "value", "date", "quantity", "name"))
            return f"{name}[?({_test(random, element, 1)})].{below}"
    return random.choice(_CHOSEN).format(word=random.choice(WORDS))


def _sort(random: Random, known: Sequence[Resource]) -> str:
    keys = []
    for _ in range(random.choice((1, 1, 2, 3))):
        if _chance(random, 25):
            sign = random.choice(("", "-"))
            keys.append(sign + quote(_chosen(random, known), safe="@[]*.=?'()"))
            continue
        names = (
            random.choice(_DECLARED)
            if _chance(random, 80)
            else _target(random, known)[0] or ("id",)
        )
        joint = "[*]." if _chance(random, 20) else "."
        last = random.choice(("", "", "", "[0]", "[*]"))
        plain = all(re.fullmatch(r"@?\w+", name) for name in names)
        path = joint.join(names) + last if plain else "id"
        keys.append(random.choice(("", "-", "-", "+", "%2B", "$.")) + quote(path, safe="@[*]."))
    return "sort=" + ",".join(keys)


def raw_query(random: Random, known: Sequence[Resource]) -> str:
    """A raw query string with something of everything, about resources that are known."""
    parts = [_condition(random, known) for _ in range(random.choice((0, 1, 1, 1, 2, 2, 3)))]
    parts += [
        "filter=" + quote(_json_path(random, known), safe="$@'()[]?*.!:")
        for _ in range(random.choice((0, 0, 0, 1, 1, 2)))
    ]
    raw = ""
    for part in parts:
        joint = ";" if _chance(random, 20) and not part.startswith("filter=") else "&"
        raw += joint + part
    if _chance(random, 50):
        raw += "&" + _sort(random, known)
    if _chance(random, 30):
        raw += f"&offset={random.choice((0, 1, 2, 5, 40))}"
    if _chance(random, 50):
        raw += f"&limit={random.choice((0, 1, 2, 5, 20, 1000))}"
    return raw[1:]


def raw_queries(known: Sequence[Resource]) -> st.SearchStrategy[str]:
    """Raw query strings about these resources."""
    return st.builds(lambda random: raw_query(random, known), st.randoms(use_true_random=False))


def few_resources() -> st.SearchStrategy[list[Resource]]:
    """A handful of fresh resources."""
    return st.builds(resources, st.integers(0, 2**32), st.integers(1, 8))
