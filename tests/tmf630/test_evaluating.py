"""A query answered out of documents in memory means what the naive evaluator makes of it."""

from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests import naive, queries
from tmf_apis.tmf630.errors import TmfError
from tmf_apis.tmf630.evaluating import answered
from tmf_apis.tmf630.listing import parse_listing
from tmf_apis.tmf630.paging import Limits
from tmf_apis.tmf630.query import Cursor, Query

SHARD = queries.resources(seed=630, count=60)


def asked(raw: str) -> Query | None:
    """The query of a raw string; None for one that is refused."""
    try:
        return parse_listing(raw, queries.ROOT, Limits(100, 1000)).query
    except TmfError as refusal:
        assert refusal.cause.status in (400, 501)
        return None


@pytest.mark.rule("R-604", "R-605")
@given(queries.raw_queries(SHARD))
@example("sort=note[0][?(@.author)].text")
def test_a_page_is_what_the_naive_evaluator_says(raw: str) -> None:
    query = asked(raw)
    if query is None or query.cursor is not None:
        return
    found = answered(query, SHARD)
    assert ([each["id"] for each in found.page], found.total) == naive.answer(SHARD, query)


@pytest.mark.rule("R-615")
@given(queries.raw_queries(SHARD), st.integers(1, 20), st.booleans())
def test_cursors_visit_every_document_once(raw: str, size: int, backwards: bool) -> None:
    query = asked(raw)
    if query is None or query.cursor is not None:
        return
    query = replace(query, offset=0, limit=None)
    whole = [each["id"] for each in answered(query, SHARD).page]
    if not whole:
        return
    page = answered(replace(query, limit=1, offset=len(whole) - 1 if backwards else 0), SHARD)
    seen, more = [each["id"] for each in page.page], True
    while more:
        token = (page.first if backwards else page.last) or ""
        page = answered(replace(query, limit=size, cursor=Cursor(token, backwards)), SHARD)
        ids = [each["id"] for each in page.page]
        seen = ids + seen if backwards else seen + ids
        more = page.more
    assert seen == whole


@pytest.mark.rule("R-615")
def test_a_cursor_that_leads_nowhere_is_refused() -> None:
    with pytest.raises(TmfError, match="cursor"):
        answered(Query(cursor=Cursor("nowhere")), SHARD)


def test_what_looks_at_too_much_is_refused() -> None:
    query = asked("note.text=" + ",".join(f"no{n}" for n in range(150)))
    assert query is not None
    few, many = (
        [{"id": str(n), "note": [{"text": "x"}] * 20} for n in range(count)]
        for count in (50, 5_000)
    )
    assert answered(query, few).total == 0
    with pytest.raises(TmfError, match="look at more than") as refused:
        answered(query, many)
    assert refused.value.cause.status == 400
