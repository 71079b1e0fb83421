"""From an order to a bill: the flow that carries product orders out (docs/decisions/0021)."""
