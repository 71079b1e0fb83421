"""What the user guides add to the specification files: one table per API."""
