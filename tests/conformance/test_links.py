"""The Link header is read as RFC 8288 has it."""

import httpx
import pytest

from conformance.client import Answer
from conformance.link_header import parse
from conformance.links import next_page, page_links
from conformance.outcomes import Failed, NotApplicable

URL = "http://host/base/customer?limit=1"


def answer(link: str) -> Answer:
    return Answer("GET", URL, 200, httpx.Headers({"link": link} if link else {}), b"[]")


@pytest.mark.parametrize(
    ("link", "found"),
    [
        ('<http://host/x?offset=1>; rel="next"', {"next": "http://host/x?offset=1"}),
        ("<http://host/x>; rel=next", {"next": "http://host/x"}),
        ('<http://host/x>; type="application/json"; rel="next"', {"next": "http://host/x"}),
        ('<http://host/x>; title="a, \\"b\\"; c"; rel="next last"',
         {"next": "http://host/x", "last": "http://host/x"}),
        ("<http://host/a,b>; rel=first, <http://host/c>;rel=NEXT",
         {"first": "http://host/a,b", "next": "http://host/c"}),
        ('<customer?offset=2>; rel="next"', {"next": "http://host/base/customer?offset=2"}),
        ('<?offset=2>; rel="next"', {"next": "http://host/base/customer?offset=2"}),
        ('</openapi.json>; rel="service-desc", </x>; rel="self"', {"self": "http://host/x"}),
        ('</x>; rel="next"; rel="prev"', {"next": "http://host/x"}),
        ('</a>; rel="next", </b>; rel="next"', {"next": "http://host/a"}),
    ],
)  # fmt: skip
def test_related_pages(link: str, found: dict[str, str]) -> None:
    assert page_links(answer(link)) == found
    assert next_page(answer(link)) == found.get("next", "")


@pytest.mark.parametrize("link", ["", '</openapi.json>; rel="service-desc"', "</x>"])
def test_none_is_offered(link: str) -> None:
    with pytest.raises(NotApplicable):
        page_links(answer(link))
    assert next_page(answer(link)) == ""


@pytest.mark.parametrize("link", ['http://host/x; rel="next"', "<http://host/x", "next", "<a> b"])
def test_malformed(link: str) -> None:
    assert parse(link) is None
    with pytest.raises(Failed):
        page_links(answer(link))
