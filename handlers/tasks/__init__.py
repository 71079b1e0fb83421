"""The server's own work: tasks and orders that wait for it (docs/decisions/0009)."""
