"""How schemathesis is told what our files cannot say. Few things, each with its reason."""

import atexit
import json
import os
import re
from collections import Counter
from http.client import OK
from pathlib import Path
from typing import Any

import schemathesis
from schemathesis import Case, CheckContext, HookContext, Response
from schemathesis.specs.openapi.checks import negative_data_rejection

#: Refusals of schema-valid requests, by the code of their `Error`: the reason why no schema can
#: say it. An `Invalid body` must in addition give one of `BEYOND_SCHEMAS` as its reason.
EXPECTED_REFUSALS = {
    "20": "NUL characters, integers beyond 64 bits and deep nesting are refused (D23)",
    "21": "see BEYOND_SCHEMAS",
    "22": "attributes that never change through PATCH (R-811)",
    "23": "a patch operation that lacks a member it needs (R-807)",
    "30": "a condition that cannot be understood (R-414)",
    "31": "`filter` is any text in the file, a JSONPath on the server (R-507)",
    "32": "`sort` is any text in the file, paths on the server (R-604)",
    "33": "`limit` and `offset` have no minimum in the files (R-613)",
    "34": "`fields` is any text in the file, paths on the server (R-308)",
    "35": "ids have 1 to 255 characters (D23)",
    "36": "an idempotency key has 1 to 255 characters (D20)",
    "37": "a callback is any text in the file, a URL on the server (R-1001)",
    "60": "an id that nothing has",
    "70": "an id or a callback that is taken (R-708, R-1006)",
    "71": "a patch that does not apply to the resource (R-807)",
    "73": "a state that a resource may not come to, and what is final (R-814, R-622-14)",
    "74": "a tag that names another state (R-112)",
    "77": "an idempotency key that stood for another request (D20)",
    "91": "JSONPath beyond what is pushed down (D12), and expansion (R-1109)",
}
BEYOND_SCHEMAS = re.compile(
    r"a text that is not blank is needed"  # a mandatory text is not blank
    r"|this attribute cannot be removed"  # what every resource has stays
    r"|has less than 1 item"  # a mandatory list has an element
    r'|"value" is a required property'  # a null that stands for any value is absent (R-1207)
    r'|"id" is a required property'  # what makes a reference one (R-1107)
    r"|Length must be between"  # a callback is not empty (R-1001)
    r"|stands in the order twice|needs the id or href|the order has no item"  # R-622-*
)


#: Where to write how often each operation gave each answer.
TALLY = os.environ.get("TMF_PROOF_TALLY")
_tally: Counter[str] = Counter()


@schemathesis.hook
def after_call(context: HookContext, case: Case, response: Response) -> None:
    """Count answers, so that a proof can tell what was reached."""
    fits = case.meta is not None and case.meta.generation.mode.is_positive
    kind = "valid" if fits else "invalid"
    _tally[f"{case.operation.label} {kind} {response.status_code}"] += 1


if TALLY:
    atexit.register(lambda: Path(TALLY).write_text(json.dumps(_tally)))


@schemathesis.hook
def filter_body(context: HookContext, body: Any) -> bool:
    """Keep bodies without null members: null means absent, whatever the type (R-1207)."""
    return not _holds_null(body)


def _holds_null(value: Any) -> bool:
    if isinstance(value, dict):
        return any(inner is None or _holds_null(inner) for inner in value.values())
    return isinstance(value, list) and any(map(_holds_null, value))


@schemathesis.check
def refuses_only_what_no_schema_can_say(ctx: CheckContext, response: Response, case: Case) -> None:
    """A request that fits the file is refused for a listed reason only."""
    meta = case.meta
    if meta is None or not meta.generation.mode.is_positive or response.status_code < 400:
        return
    error = response.json()
    assert error["code"] in EXPECTED_REFUSALS, f"refused a valid request: {error}"
    if error["code"] == "21":
        assert BEYOND_SCHEMAS.search(error["message"]), f"refused a valid body: {error}"


@schemathesis.check
def refuses_what_is_invalid(ctx: CheckContext, response: Response, case: Case) -> bool | None:
    """Invalid data is refused, as far as the server reads it as invalid."""
    if (
        _holds_null(case.body)
        or _asks_by_operator(case.query)
        or _made_something_valid(case, response)
    ):
        return None
    return bool(negative_data_rejection(ctx, response, case))


def _asks_by_operator(query: Any) -> bool:
    """Whether `limit=~x` stands for the operator `=~` on an attribute of that name (R-407)."""
    return any(str(value).startswith(("~", "=")) for value in (query or {}).values())


def _made_something_valid(case: Case, response: Response) -> bool:
    """Whether a patch was accepted: it is judged by what it makes of the resource (R-812), and
    the answer, which is that, is held against its schema by another check.
    """
    return case.method == "PATCH" and response.status_code == OK
