"""How long a step of the flow may take, by its kind, in seconds. Pure."""

from collections.abc import Iterable, Mapping

#: Steps that write to the inventory, and those for which the network is asked.
_WRITING, _ASKING = 60.0, 10.0
_ASKED = ("activate", "change", "cease")
#: Seconds that steps of each kind may take, unless a setting says otherwise.
USUAL: Mapping[str, float] = {
    **dict.fromkeys(
        ("product", "order", "reserve", "complete", "deliver", "rate", "finish"), _WRITING
    ),
    **dict.fromkeys(("withdraw", "terminate", "refund", "modify"), _WRITING),
    **dict.fromkeys(_ASKED, _ASKING),
}
#: The word for all kinds.
ALL = "all"


def timeouts(given: Iterable[str]) -> dict[str, float]:
    """The seconds of each kind, of `kind=seconds` and `all=seconds`; what names a kind counts more
    than what names all.
    """
    named = {kind: float(seconds) for kind, _, seconds in (one.partition("=") for one in given)}
    return {kind: named.get(kind, named.get(ALL, usual)) for kind, usual in USUAL.items()}
