"""How much each client may ask for: so often a second, and so much at once, by kind of request."""
