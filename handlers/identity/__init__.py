"""Who is asking: bearer tokens, the keys that sign them, and those who issue them."""
