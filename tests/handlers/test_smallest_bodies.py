"""The smallest body that a file accepts is accepted, of every resource (D24)."""

import pytest

from conformance.shapes import Shapes
from tests.handlers.asking import shown
from tests.handlers.facts import Case, creatable, each
from tests.handlers.serving import Server
from tests.smallest import smallest_bodies


@pytest.mark.rule("R-639-01", "R-639-02")
@pytest.mark.rule("R-701", "R-703", "R-707", "R-720")
@each(creatable)
def test_the_smallest_body_makes_a_resource(case: Case, server: Server) -> None:
    schema, schemas = str(case.resource.create_schema), case.api.schemas
    shapes = Shapes(case.api)
    for body in smallest_bodies(schema, schemas):
        assert shapes.faults(schema, body) == []
        made = shown(server.client.post(case.path, json=body), 201)
        assert body.keys() <= made.keys()
        assert shapes.faults(case.resource.schema, made) == []
