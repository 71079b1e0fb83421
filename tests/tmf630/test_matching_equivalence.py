"""Predicates held against single values in memory mean what the naive evaluator makes of them."""

import pytest
from hypothesis import given

from tests import naive, queries
from tmf_apis.tmf630.errors import TmfError
from tmf_apis.tmf630.listing import parse_listing
from tmf_apis.tmf630.matching import matches
from tmf_apis.tmf630.paging import Limits

SHARD = queries.resources(seed=630, count=60)


@pytest.mark.rule("R-410", "R-411", "R-504", "R-506")
@given(queries.raw_queries(SHARD))
def test_matches_and_the_naive_evaluator_agree(raw: str) -> None:
    try:
        query = parse_listing(raw, queries.ROOT, Limits(100, 1000)).query
    except TmfError as refusal:
        assert refusal.cause.status in (400, 501)
        return
    found = [resource["id"] for resource in SHARD if matches(query.where, resource)]
    assert found == [r["id"] for r in SHARD if naive.holds(query.where, r)]
