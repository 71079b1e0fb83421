"""Times as the header fields of HTTP spell them (RFC 9110, section 5.6.7)."""

from datetime import UTC, datetime
from email.utils import formatdate
from functools import lru_cache

from tmf_apis.memory import remembering

#: The form everybody writes, and the two obsolete ones that everybody reads.
_FORMS = ("%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y")


@lru_cache(maxsize=1024)
def http_date(seconds: int) -> str:
    """The date of a second since 1970."""
    return formatdate(seconds, usegmt=True)


@remembering(1 << 16)
def read_http_date(text: str) -> int | None:
    """The second since 1970 that a date names, or None for what is no date of HTTP."""
    for form in _FORMS:
        try:
            found = datetime.strptime(text, form.replace("%e", "%d")).replace(tzinfo=UTC)
        except ValueError:
            continue
        # Reading is generous with blanks, cases and days of the week; writing is not.
        if found.strftime(form) == text:
            return int(found.timestamp())
    return None
