"""Errors tell clients what to mend, not how the server is made (R-205)."""

import re
from collections.abc import Iterator
from urllib.parse import unquote

from conformance.invariants.seen import Fault, Seen

#: What each kind of inside looks like.
_INSIDES = {
    "a stack trace": re.compile(
        r"Traceback \(most recent call last\)"
        r'|File "[^"]+", line \d+'
        r"|\bat [\w.$<>/]+\([\w$]+\.(?:java|kt|scala|groovy):\d+\)"
        r"|\bat [\w.<>`]+\([^)]*\) in \S+:line \d+"
        r"|\bat [^()\n]*\([^()\n]+\.[jt]s:\d+:\d+\)"
        r"|goroutine \d+ \[running\]"
    ),
    "a statement or an error of the database": re.compile(
        r"\bSELECT\b.{1,400}\bFROM\b|\bINSERT INTO\b|\bUPDATE \w+ SET\b|\bDELETE FROM\b"
        r"|SQLSTATE|\bORA-\d{5}\b|near \"[^\"]*\": syntax error|syntax error at or near"
        r"|You have an error in your SQL syntax|duplicate key value violates|\bE11000\b"
        r"|no such (?:table|column): |UNIQUE constraint failed"
        r"|\b(?:sqlite3|psycopg2?|pymongo\.errors|sqlalchemy\.exc|asyncpg\.exceptions)\.\w"
        r"|\bMongo(?:Server|Write|Bulk\w*)?(?:Error|Exception)\b",
        re.DOTALL,
    ),
    "a class of the program": re.compile(
        r"\b(?:java|javax|jakarta|kotlin)\.[\w.]*[A-Z]\w*(?:Exception|Error)\b"
        r"|\b(?:org|com|io|net)\.[a-z]\w*\.[\w.$]*[A-Z]\w*(?:Exception|Error)\b"
        r"|\bSystem\.[\w.]*Exception\b"
        r"|\b(?:Key|Type|Value|Attribute|Index|Name|ZeroDivision|Assertion|Recursion)Error\b"
        r"|\bNullPointerException\b|Cannot read propert(?:y|ies) of (?:undefined|null)"
    ),
    "a path of its disk": re.compile(
        r"(?<![\w.])/(?:home|usr|var|opt|app|srv|etc|root|tmp|workspace)/[\w.@+-]+(?:/[\w.@+-]+)+"
        r"|\b[A-Za-z]:\\(?:[\w. $-]+\\)+[\w.-]+"
    ),
}


def concerns(seen: Seen) -> bool:
    """Whether an error says anything."""
    return seen.status >= 400 and bool(seen.content) and seen.method != "HEAD"


def faults(seen: Seen) -> Iterator[Fault]:
    """What an error lets out that the request did not bring."""
    # JSON spells quotes and the ends of lines otherwise than a terminal does.
    text = seen.content[:20_000].decode(errors="replace").replace('\\"', '"').replace("\\n", "\n")
    text = text.replace("\\t", "\t").replace("\\/", "/").replace("\\\\", "\\")
    brought = unquote(seen.exchange.url) + seen.sent[:20_000].decode(errors="replace")
    for what, inside in _INSIDES.items():
        found = inside.search(text)
        if found and found[0] not in brought:
            yield Fault("R-205", f"an error without {what}", f"{seen.status}: {found[0][:200]}")
