"""A record that was loaded has only what a load demands: nothing the server adds to what is posted.

Whatever is written to it, such a record is answered for: no state, no id of an item is taken to be
there.
"""

from copy import deepcopy
from typing import Any
from uuid import uuid4

import orjson
import pytest

from tests.handlers.facts import Case, Json, each, paths
from tests.handlers.serving import Server
from tests.handlers.test_loading import load_fault

MERGE = {"Content-Type": "application/merge-patch+json"}


def sparse(case: Case) -> Json:
    """An example with all that the server adds to a new resource left out, as far as a load lets
    it be.
    """
    whole = case.create_body() if case.creatable else case.sample()
    document = {**whole, "id": str(uuid4())}
    for pointer, _ in sorted(paths(document), reverse=True):
        *above, name = pointer.split("/")[1:] or [""]
        if name not in ("state", "status", "id", "lifecycleStatus") or not (above or name != "id"):
            continue
        lacking = deepcopy(document)
        holder: Any = lacking
        for step in above:
            holder = holder[int(step)] if isinstance(holder, list) else holder[step]
        if isinstance(holder, dict) and name in holder:
            del holder[name]
            document = lacking if load_fault(case, lacking) is None else document
    return document


@pytest.mark.rule("R-812")
@each(lambda case: case.offers("PATCH"))
def test_each_attribute_of_a_sparse_record_can_be_written(case: Case, server: Server) -> None:
    document = sparse(case)
    values = {**(case.create_body() if case.creatable else case.sample()), **case.patch_body()}
    wishes: list[Json] = [{name: value} for name, value in values.items() if name != "id"]
    wishes += [{name: None} for name in document if name != "id"]
    ids = [str(uuid4()) for _ in wishes]
    server.load_all(case, [document | {"id": id} for id in ids])
    for id, wish in zip(ids, wishes, strict=True):
        answer = server.client.patch(case.item(id), content=orjson.dumps(wish), headers=MERGE)
        assert answer.status_code in (200, 400, 409), (wish, answer.text)
        shown = server.client.get(case.item(id))
        assert shown.status_code == 200
        if answer.status_code == 200:
            assert shown.json() == answer.json()
