"""Servers that answer rightly what anybody would ask first, and wrongly what comes next."""

from tests.conformance.flawed_servers.exchange import Answered, Asked, answer
from tests.conformance.flawed_servers.slips import (
    Slip,
    Slips,
    asking,
    header,
    holding,
    status,
)

ON = "TMF639 v5 resource"
_SEARCHES = ("R-4*", "R-5*", "R-6*", "R-3*", "R-2*", "R-1*")


def _shuffled(asked: Asked, answered: Answered) -> Answered:
    """A list that begins elsewhere each time."""
    body = answered.json
    if not isinstance(body, list) or len(body) < 2:
        return answered
    _TURNS.append(1)
    turn = len(_TURNS) % len(body)
    return answered.with_json(body[turn:] + body[:turn])


#: How often lists were asked for.
_TURNS: list[int] = []


def _twice(asked: Asked, answered: Answered) -> Answered:
    body = answered.json
    return answered.with_json([*body, *body[:1]]) if isinstance(body, list) else answered


Slips(__name__, ON, ("R-302", "R-108")).register(
    [
        Slip(
            "changes_are_dated_in_words",
            "Sends Last-Modified as a word.",
            "R-112",
            lambda asked: asked.reads,
            header("last-modified", "yesterday"),
            also=("R-113",),
        ),
        Slip(
            "bodies_have_no_type",
            "Sends records without Content-Type.",
            "R-112",
            lambda asked: asked.reads,
            header("content-type", ""),
            also=("R-109", "R-110"),
        ),
        Slip(
            "an_override_is_obeyed",
            "Obeys X-HTTP-Method-Override, and breaks by it.",
            "R-106",
            lambda asked: asked.header("x-http-method-override"),
            status(500),
            also=("S-002",),
        ),
        Slip(
            "a_slash_at_the_end_is_an_error",
            "Answers 400 to a slash at the end of a collection.",
            "R-111",
            lambda asked: asked.method == "GET" and asked.path.endswith("/"),
            status(400),
        ),
        Slip(
            "expansion_is_forbidden",
            "Answers 403 to depth and expand.",
            "R-1109",
            lambda asked: asked.reads and {"depth", "expand"} & asked.parameters.keys(),
            status(403),
        ),
        Slip(
            "other_methods_are_unknown",
            "Answers 400 to PUT.",
            "R-107",
            lambda asked: asked.method == "PUT",
            status(400),
        ),
        Slip(
            "a_get_has_no_type",
            "Answers 415 to a GET that carries a Content-Type.",
            "R-110",
            lambda asked: asked.lists and asked.header("content-type") == "application/json",
            status(415),
        ),
        Slip(
            "other_formats_are_a_bad_request",
            "Answers 400 to Accept that excludes JSON.",
            "R-110",
            lambda asked: asked.lists and "x-kit" in asked.header("accept"),
            status(400),
        ),
        Slip(
            "anything_is_markup",
            "Answers Accept: */* with a page.",
            "R-110",
            lambda asked: asked.lists and asked.header("accept") == "*/*",
            lambda asked, answered: Answered(200, (("content-type", "text/html"),), b"<html/>"),
            also=("R-109",),
        ),
        Slip(
            "an_encoded_id_is_another",
            "Takes a percent-encoded id for another one.",
            "R-1205",
            lambda asked: asked.reads and "%" in asked.path,
            status(404),
            also=("R-103", "R-209"),
        ),
        Slip(
            "a_head_of_a_record_is_empty",
            "Answers 204 to HEAD of a record.",
            "R-108",
            lambda asked: asked.method == "HEAD" and asked.on_item,
            status(204),
        ),
        Slip(
            "odd_headers_break_the_server",
            "Answers 500 to an Accept that cannot be read.",
            "S-002",
            lambda asked: asked.header("accept") == "a/b;q=x,,;",
            status(500),
        ),
        Slip(
            "a_slow_pattern_breaks_the_server",
            "Answers 500 to a pattern that it would take long about.",
            "R-418",
            asking("%28a%7Ca", "(a|a"),
            status(500),
            also=("S-002",),
        ),
    ]
)

Slips(__name__, ON, _SEARCHES).register(
    [
        Slip(
            "a_list_is_wrapped",
            "Puts the records of a list into an object.",
            "R-201",
            lambda asked: asked.lists and asked.parameters.get("limit") == "5",
            lambda asked, answered: answered.with_json({"items": answered.json}),
            also=("S-001",),
        ),
        Slip(
            "a_list_holds_the_first_twice",
            "Lists the first record of a long list twice.",
            "R-103",
            lambda asked: asked.lists and asked.parameters.get("limit") == "50",
            _twice,
        ),
        Slip(
            "a_list_is_cut_in_silence",
            "Lists four records of a search and no more, unless told how many.",
            "R-606",
            lambda asked: asked.lists and "limit" not in asked.parameters,
            lambda asked, answered: answered.with_json(answered.json[:4])
            if isinstance(answered.json, list) else answered,
        ),
        Slip(
            "a_star_is_anything",
            "Takes a lone * for a value that is anything.",
            "R-419",
            asking("=*", "=%2A"),
            ask=lambda asked: asked.with_query([c for c in asked.criteria if "=*" not in c]),
        ),
        Slip(
            "quotes_are_letters",
            "Takes quotes around a value for a part of it.",
            "R-415",
            asking("=%22"),
            lambda asked, answered: answered.with_json([]),
        ),
        Slip(
            "encoded_commas_separate",
            "Takes an encoded comma for one that separates.",
            "R-415",
            asking("%2C", "%3B"),
            lambda asked, answered: answered.with_json([]),
        ),
        Slip(
            "without_dollar_nothing_is_found",
            "Finds nothing by a JSONPath that does not begin with $.",
            "R-502",
            asking("filter=%5B", "filter=["),
            lambda asked, answered: answered.with_json([]),
        ),
        Slip(
            "not_is_not_known",
            "Refuses a negation in JSONPath.",
            "R-504",
            asking("%21%28", "!("),
            status(400),
        ),
        Slip(
            "a_script_is_run",
            "Answers a script expression.",
            "R-505",
            asking("length-1"),
            lambda asked, answered: answer([]),
        ),
        Slip(
            "several_filters_are_conditions",
            "Takes several filters for conditions that all hold.",
            "R-509",
            lambda asked: asked.lists and asked.query.count("filter=") > 1,
            lambda asked, answered: answered.with_json([]),
        ),
        Slip(
            "the_order_is_another_each_time",
            "Lists records in another order each time.",
            "R-604",
            lambda asked: asked.lists and "limit" not in asked.parameters,
            _shuffled,
        ),
        Slip(
            "a_path_sorts_backwards",
            "Sorts backwards by an attribute inside another one.",
            "R-603",
            asking("sort=validFor."),
            lambda asked, answered: (
                answered.with_json(answered.json[::-1])
                if isinstance(answered.json, list)
                else answered
            ),
            on="TMF629 v5 customer",
        ),
        Slip(
            "a_large_limit_is_refused",
            "Refuses a limit that is larger than its own.",
            "R-613",
            lambda asked: asked.lists and asked.parameters.get("limit") == "1000000",
            status(400),
        ),
        Slip(
            "a_range_is_one_further",
            "Counts the items of Range from one.",
            "R-610",
            lambda asked: asked.lists and asked.header("range") == "items=2-2",
            ask=lambda asked: asked.without_header("range").with_query(
                [*asked.criteria, "offset=2", "limit=1"]
            ),
        ),
        Slip(
            "a_page_is_created",
            "Answers 203 to a page.",
            "R-611",
            lambda asked: asked.lists and asked.parameters.get("limit") == "1",
            status(203),
        ),
    ]
)  # fmt: skip

Slips(__name__, ON, ("R-302",)).register(
    [
        Slip(
            "a_selection_has_another_class",
            "Calls what `fields` selects an entity.",
            "R-305",
            lambda asked: asked.reads and "fields" in asked.parameters,
            holding(**{"@type": "Entity"}),
            also=("R-303", "R-301"),
        ),
        Slip(
            "a_path_selects_its_end",
            "Gives the whole object but the leaf that a path of `fields` names.",
            "R-307",
            lambda asked: asked.reads and "." in asked.parameters.get("fields", ""),
            lambda asked, answered: answered.each(
                lambda e: e | {n: {"other": 1} for n, v in e.items() if isinstance(v, dict)}
            ),
            on="TMF639 v5 resource",
        ),
        Slip(
            "a_new_record_is_shown_whole",
            "Answers a POST with the whole record whatever `fields` says.",
            "R-309",
            lambda asked: asked.creates and "fields" in asked.parameters,
            ask=lambda asked: asked.with_query([]),
            on="TMF629 v5 customer",
        ),
    ]
)
