"""A seeded campaign against a server: what is sent, who watches, and what is told of it."""
