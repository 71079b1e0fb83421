"""The tests, a mirror of the tree, and what they share."""
