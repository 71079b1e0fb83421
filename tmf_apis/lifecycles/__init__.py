"""State machines: the tables of `specs/lifecycles`, and what they say of a move."""
