"""Whether everything that the file defines is there (R-101, R-120 to R-139)."""

from typing import Any
from urllib.parse import urlsplit

from conformance.check import check
from conformance.client import Answer
from conformance.outcomes import applies, demand
from conformance.resource import MERGE, operations
from conformance.trial import Trial

#: The rule that says where each API lives, and those that say what a profile makes mandatory.
_PLACES = {
    "TMF620": "R-120", "TMF622": "R-121", "TMF629": "R-122", "TMF638": "R-123",
    "TMF639": "R-124", "TMF641": "R-125", "TMF642": "R-126", "TMF678": "R-127",
}  # fmt: skip
_MINIMUM = {
    "TMF620 v4": "R-131", "TMF620 v5": "R-132", "TMF622": "R-133", "TMF629": "R-134",
    "TMF638": "R-135", "TMF639": "R-136", "TMF641": "R-137", "TMF678": "R-138",
    "TMF642": "R-139",
}  # fmt: skip


@check(
    "R-102",
    "R-120",
    "R-121",
    "R-122",
    "R-123",
    "R-124",
    "R-125",
    "R-126",
    "R-127",
    title="The API lives at its canonical path",
    scope="api",
    profiles=("read-only",),
)
async def canonical_path_answers(trial: Trial) -> None:
    base = urlsplit(trial.session.client.base)
    applies(base.path == trial.api.base_path, "the API was asked for at another path")
    answer = await trial.list({"limit": "1"})
    rule = _PLACES.get(trial.api.number, "R-102")
    demand(answer.status != 404, f"an API at {base.path}", answer, rule)


@check(
    "R-130",
    "R-101",
    "R-131",
    "R-132",
    "R-133",
    "R-134",
    "R-135",
    "R-136",
    "R-137",
    "R-138",
    "R-139",
    title="The server offers every operation that the file defines",
    profiles=("mandatory",),
)
async def operations_are_offered(trial: Trial) -> None:
    unknown = trial.fresh()
    tries: dict[str, tuple[str, str, Any]] = {
        "list": ("GET", trial.path + "?limit=1", None),
        "create": ("POST", trial.path, b"{no json"),
        "retrieve": ("GET", trial.item(unknown), None),
        "patch": ("PATCH", trial.item(unknown), {}),
        "delete": ("DELETE", trial.item(unknown), None),
    }
    for name in sorted(operations(trial.spec) & tries.keys() & trial.mandatory()):
        method, path, body = tries[name]
        media = MERGE if method == "PATCH" else "application/json"
        answer = await trial.send(method, path, body, media=media)
        demand(
            _offered(name, answer), f"{method} {path} to be offered", answer, *_rules(trial, answer)
        )


def _rules(trial: Trial, answer: Answer) -> tuple[str, ...]:
    """What a missing operation breaks: the minimum of the API in that profile, else R-130.

    A collection that is not there has no address either (R-101).
    """
    if trial.options.profile != "mandatory":
        return ("R-130", "R-101") if answer.status == 404 else ("R-130",)
    number, major = trial.api.number, trial.api.major
    return (_MINIMUM.get(f"{number} {major}") or _MINIMUM.get(number) or "R-130",)


def _offered(operation: str, answer: Answer) -> bool:
    """Whether an answer is that of an operation and not of a missing one.

    A record that is not there is told by 404 as a missing operation is; a collection is there.
    """
    if answer.status in (405, 501):
        return False
    return answer.status != 404 or operation not in ("list", "create")
