"""What follows from a write or a task, as pure functions: documents in, wanted documents out."""
