"""What POST refuses inside lists: each element is held to the file (R-722)."""

from copy import deepcopy

from conformance.check import check
from conformance.outcomes import applies, demand, require
from conformance.trial import Trial

#: Patterns of alarms are no whole alarms, and items of orders are told by their ids.
_OTHERWISE = {"alarmPattern", "productOrderItem", "serviceOrderItem"}
#: So many lists are tried.
_TRIED = 4


@check("R-722", title="Every element of a list must be whole, not the first alone",
       needs=("create",))  # fmt: skip
async def later_elements_are_whole(trial: Trial) -> None:
    body, schema = await trial.full(), str(trial.spec.create_schema)
    require((await trial.post(body)).status in (201, 202), "a full body is refused as well")
    faults = trial.shared.shapes.faults
    tried = 0
    for name in sorted(body.keys() - _OTHERWISE):
        elements = body[name]
        if not isinstance(elements, list) or not elements or not isinstance(elements[0], dict):
            continue
        double = {**body, name: [elements[0], deepcopy(elements[0])]}
        for member in sorted(elements[0]):
            broken = deepcopy(double)
            del broken[name][1][member]
            told = [f for f in faults(schema, broken) if f.rule == "R-709"]
            if member.startswith("@") or not told or tried == _TRIED or faults(schema, double):
                continue
            tried += 1
            answer = await trial.post(broken)
            what = f"400 for a second {name} without {member}"
            demand(answer.status in (400, 422), what, answer)
            break
    applies(tried, "the file demands nothing of the elements of its lists")
