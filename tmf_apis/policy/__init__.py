"""What roles may do, as a file of the operator says it: pure values and how they are read."""
