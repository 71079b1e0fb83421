"""What a sub-class adds to its base is kept, whatever it is, and can be selected (R-1103)."""

from typing import Any

from conformance.check import check
from conformance.likeness import unlike
from conformance.outcomes import demand, require
from conformance.resource import MERGE
from conformance.sub_classes import sub_class
from conformance.trial import Trial

Json = dict[str, Any]

#: Values of attributes that no file declares, of every JSON type.
_VALUES: Json = {
    "kitText": "5",
    "kitNumber": 5,
    "kitTruth": False,
    "kitList": [1, "kit", True],
    "kitObject": {"one": "kit", "inner": {"two": 2, "three": "kit"}},
}


@check("R-1103", title="What a sub-class adds may be any JSON", needs=("create", "retrieve"))
async def any_value_is_kept(trial: Trial) -> None:
    record = await trial.make(**await _kept(trial) | _VALUES)
    seen = await trial.look(record["id"])
    wrong = unlike(_VALUES, {name: seen.get(name) for name in _VALUES})
    demand(not wrong, str(_VALUES), wrong)


@check("R-301", "R-1103", title="What a sub-class adds can be selected",
       needs=("create", "retrieve"))  # fmt: skip
async def extensions_are_selected(trial: Trial) -> None:
    record = await trial.make(**await _kept(trial))
    answer = await trial.get(record["id"], {"fields": "kitExtra"})
    require(answer.ok, f"the selection was refused: {answer}")
    demand(answer.entity.get("kitExtra") == "kit", "kitExtra: kit", answer)


@check("R-801", title="Objects are merged as deep as they are",
       needs=("create", "patch", "retrieve"))  # fmt: skip
async def deep_objects_are_merged(trial: Trial) -> None:
    whole = {"one": "kit", "inner": {"two": "kit", "three": {"four": "kit", "five": "kit"}}}
    record = await trial.make(**await _kept(trial) | {"kitObject": whole})
    before = (await trial.look(record["id"])).get("kitObject")
    require(before == whole, "such an object is not stored as sent")
    change = {"kitObject": {"inner": {"three": {"five": "changed"}}}}
    answer = await trial.patch(record["id"], change, MERGE)
    require(answer.ok, f"the patch was refused: {answer}")
    inner = {"two": "kit", "three": {"four": "kit", "five": "changed"}}
    seen = (await trial.look(record["id"])).get("kitObject")
    demand(seen == whole | {"inner": inner}, str(whole | {"inner": inner}), seen)


async def _kept(trial: Trial) -> Json:
    """What makes a body one of a sub-class, where the server keeps a text that it adds."""
    extended = sub_class(trial)
    record = await trial.make(**extended)
    require(record.get("kitExtra") == "kit", "what a sub-class adds is not stored")
    return extended
