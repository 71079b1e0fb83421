"""APIs that are other servers': asked over HTTP, within bounds (docs/decisions/0028)."""
