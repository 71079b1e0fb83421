"""All that a store keeps of a person, gathered or erased; and what is kept for how long."""
