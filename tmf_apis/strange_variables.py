"""Variables of the environment that look like settings and are none: mostly slips of the pen."""

from collections.abc import Iterator, Mapping
from dataclasses import fields

from tmf_apis.nearness import meant
from tmf_apis.settings import SECRETS, Settings, file_variable

_PREFIX = "TMF_"
#: The flags of the conformance kit that are variables as well.
_KIT = "TMF_KIT_"


def strange_variables(environment: Mapping[str, str]) -> Iterator[str]:
    """A sentence on each variable `TMF_…` that is no setting; it names the nearest that is."""
    settings = {f"{_PREFIX}{field.name.upper()}" for field in fields(Settings)}
    known = settings.union(map(file_variable, SECRETS))
    for variable in environment:
        ours = variable in known or variable.startswith(_KIT)
        if variable.startswith(_PREFIX) and not ours:
            near = meant(variable, known, _plain)
            yield f"{variable} is no setting and changes nothing{near}."


def _plain(variable: str) -> str:
    """What tells one variable from another: all of them begin alike."""
    return variable.removeprefix(_PREFIX).lower()
