"""The embedded store: SQLite, in one file, without a server."""
