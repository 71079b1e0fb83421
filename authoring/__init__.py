"""How the files in `specs/` are written: facts from the reference, sentences of our own (D4)."""
