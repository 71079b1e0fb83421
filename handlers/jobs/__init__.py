"""Import and export jobs: the files they read and write, and what they do with them (R-620-09)."""
