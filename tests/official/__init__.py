"""TM Forum's own examples against our server: read from the reference files, never copied."""
