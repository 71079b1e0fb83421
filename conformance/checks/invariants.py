"""What holds of every exchange of a run (`conformance.invariants`), and where its answers lead.

These are tried last: the first judge what the other checks have exchanged, the others come
back to lists and records that are still there.
"""

from urllib.parse import unquote, urljoin, urlsplit

from conformance.check import Run, check
from conformance.client import Answer
from conformance.invariants.table import INVARIANTS, Invariant
from conformance.link_header import relations
from conformance.links import reached
from conformance.outcomes import Failed, applies, demand
from conformance.trial import Trial

#: So many lists and records are come back to.
MOST = 24
#: What HEAD must say as GET does, and what it need not say (RFC 9110, 9.3.2).
_SAID = ("content-type", "x-total-count")
_ALIKE = (*_SAID, "etag", "last-modified", "content-length", "x-result-count", "link")


def _judging(invariant: Invariant) -> Run:
    async def run(trial: Trial) -> None:
        judged = trial.shared.observer.judged(invariant.name)
        applies(judged.concerned, "no exchange of this run was of that kind")
        if not judged.found:
            return
        first = judged.found[0]
        trial.session.exchanges.append(first.exchange)
        more = f" ({judged.wrong} of {judged.concerned} such answers)" if judged.wrong > 1 else ""
        asked = f"{first.exchange.method} {_shown(first.exchange.url)}"
        broken = dict.fromkeys(found.fault.rule for found in judged.found)
        raise Failed(first.fault.expected, f"{first.fault.got} from {asked}{more}", *broken)

    run.__name__ = invariant.name
    return run


for _invariant in INVARIANTS:
    check(
        *_invariant.rules,
        title=_invariant.title,
        scope="api",
        profiles=("read-only",),
        last=True,
    )(_judging(_invariant))


@check("R-108", title="HEAD of every kind of list and record says what GET does",
       scope="api", profiles=("read-only",), last=True)  # fmt: skip
async def heads_are_gets(trial: Trial) -> None:
    visits = [e.url for e in trial.shared.observer.visits.lists.values()]
    targets = [*trial.shared.kept[:2], *visits[:MOST]]
    applies(targets, "nothing was read")
    offered = 0
    for target in targets:
        before, head, after = [
            await trial.send(method, target, headers={"Accept-Encoding": "identity"})
            for method in ("GET", "HEAD", "GET")
        ]
        if head.status in (405, 501) or not before.ok or _state(before) != _state(after):
            continue
        if offered == 0 and head.status == 404:
            break
        offered += 1
        demand(head.status == before.status, f"HEAD {before.status}", f"{head.status} of {target}")
        for name in _ALIKE:
            if name in before.headers and (name in head.headers or name in _SAID):
                said, wanted = head.headers.get(name), before.headers[name]
                demand(said == wanted, f"{name}: {wanted}", f"{said} of HEAD {_shown(target)}")
    applies(offered, "HEAD is not offered")


@check("R-609", title="Every kind of Link leads to a page of the same list",
       scope="api", profiles=("read-only",), last=True)  # fmt: skip
async def links_lead_to_lists(trial: Trial) -> None:
    linked = list(trial.shared.observer.visits.linked.values())
    applies(linked, "no Link is sent")
    for text, exchange in linked[:MOST]:
        for relation, target in relations(text).items():
            link = urljoin(exchange.url, target)
            answer = await trial.send("GET", reached(trial, link))
            if answer.status >= 500:
                continue  # That is S-002, which sees every exchange.
            # What the others have deleted since may have moved the end.
            fine = answer.status in (200, 206, 416) and isinstance(answer.json, list | dict)
            demand(fine, f"a list at the link {relation}", f"{answer} at {link}")


@check("R-701", title="Every Location leads to the record that was created",
       scope="api", last=True)  # fmt: skip
async def locations_lead_to_records(trial: Trial) -> None:
    kept = set(trial.shared.kept)
    visited = 0
    for location, exchange in trial.shared.observer.visits.located.items():
        address = urljoin(exchange.url, location)
        parts = urlsplit(address)
        record = unquote(parts.path.rpartition("/")[2])
        if not any(path.endswith(f"/{parts.path.rpartition('/')[2]}") for path in kept):
            continue
        visited += 1
        answer = await trial.send("GET", reached(trial, address))
        leads = answer.status == 200 and answer.entity.get("id") == record
        demand(leads, f"the record {record} at {location}", answer)
        if visited == MOST:
            break
    applies(visited, "no record of the run is left to look at")


def _state(answer: Answer) -> tuple[int, bytes]:
    return answer.status, answer.content


def _shown(url: str) -> str:
    parts = urlsplit(url)
    return parts.path + (f"?{unquote(parts.query)}" if parts.query else "")
