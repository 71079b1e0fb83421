"""From an order to a bill: what an order becomes, as pure functions (docs/decisions/0021)."""
