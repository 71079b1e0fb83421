"""Which rules a failed check breaks: those it names, else all that it verifies, of this API."""

import re
from collections.abc import Sequence

from conformance.requirements import requirements
from tmf_apis.spec.model import ApiSpec

#: A rule about one API, such as R-622-05 or L-641.
_ABOUT = re.compile(r"(?:R-(?P<rule>6\d\d)-|L-(?P<machine>6\d\d)(?:-|$))")


def blamed(named: Sequence[str], verified: Sequence[str], api: ApiSpec) -> tuple[str, ...]:
    """The rules that a failure breaks in an API, each once; at least one."""
    rules = tuple(dict.fromkeys(named or verified))
    return tuple(rule for rule in rules if concerns(rule, api)) or rules[:1]


def concerns(rule: str, api: ApiSpec) -> bool:
    """Whether a rule is about an API in its version: those about other APIs are not."""
    about = _ABOUT.match(rule)
    number = about and (about["rule"] or about["machine"])
    if number and f"TMF{number}" != api.number:
        return False
    versions = requirements()[rule].versions
    return api.major in versions or api.major not in ("v4", "v5")
