"""What one version has in one place the other has in another (V-20, V-46)."""

from conformance.both import face, version, ways
from conformance.check import TWO_VERSIONS, check
from conformance.oracle.evaluator import values_at
from conformance.outcomes import applies, demand
from conformance.trial import Trial

#: For each rule where v4 and v5 have the same value.
_PLACES = {
    "V-20": ("relatedParty.id", "relatedParty.partyOrPartyRole.id"),
    "V-46": ("externalId", "externalId.id"),
}


@check(
    "V-20",
    "V-46",
    title="What one version shapes otherwise is in its place in the other",
    needs=("create", "retrieve"),
    profiles=(TWO_VERSIONS,),
)
async def values_are_in_their_place(trial: Trial) -> None:
    tried = 0
    for here, there in ways(trial):
        body = await here.full()
        record = await face(there, await here.make(body))
        for rule, places in _PLACES.items():
            mine, other = places if version(here) == "v4" else reversed(places)
            sent = values_at(body, mine)
            if not sent or not _declares(here, mine) or not _declares(there, other):
                continue
            tried += 1
            got = values_at(record, other)
            wanted = f"{other} {sent} in {version(there)}"
            demand(set(sent[:1]) <= set(got), wanted, got, rule)
    applies(tried, "both versions have the same places for all that they share")


def _declares(side: Trial, path: str) -> bool:
    return side.spec.attributes.find(path.split(".")) is not None
