"""What steps do and how they are undone, by kind; and who is asked to configure the network."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from handlers.flow.activation import Activation
from handlers.flow.steps import STEPS, Deed


@dataclass(frozen=True, slots=True)
class Deeds:
    """`steps` are ours, but for those that an operator replaces (see `replacing`)."""

    activation: Activation
    steps: Mapping[str, tuple[Deed, Deed]] = field(default_factory=lambda: STEPS)
