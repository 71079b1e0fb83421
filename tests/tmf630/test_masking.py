"""URLs are shown without what opens doors."""

import pytest

from tmf_apis.tmf630.masking import masked


@pytest.mark.parametrize(
    "url",
    ["https://listener.example.com/orders", "http://10.0.0.1:8080/tmf-api/x/v4/listener/y",
     "https://x.example", "https://[2001:db8::1]:8443/a%2Fb/",
     "http://localhost:8080/tmf-api/productOrderingManagement/v4/listener/productOrderCreateEvent"],
)  # fmt: skip
def test_what_holds_no_secret_stays(url: str) -> None:
    assert masked(url) == url


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://x.example/in?token=s3cret", "https://x.example/in?token=***"),
        ("https://x.example/in?token=s3cret&a=&b", "https://x.example/in?token=***&a=***&b"),
        ("https://x.example/in?s3cret", "https://x.example/in?***"),
        ("https://me:s3cret@x.example:1/in", "https://***@x.example:1/in"),
        ("https://s3cret@x.example/", "https://***@x.example/"),
        ("https://x.example/hooks/T012AB/B98765/a1b2c3d4e5f6a7b8c9d0e1f2",
         "https://x.example/hooks/T012AB/B98765/a1b2***"),
        ("https://x.example/5f1d5a4e-0000-4000-8000-000000000001/x",
         "https://x.example/5f1d***/x"),
        ("https://x.example/in#s3cret", "https://x.example/in#***"),
        ("https://x.example/in;token=s3cret?a=1;b=2", "https://x.example/in;token=***?a=***;b=***"),
        ("http://[::1", "***"),
    ],
)  # fmt: skip
def test_secrets_are_masked(url: str, shown: str) -> None:
    assert masked(url) == shown
