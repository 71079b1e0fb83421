"""Who did what: entries, the chain they are kept in, and who reads it (docs/decisions/0023)."""
