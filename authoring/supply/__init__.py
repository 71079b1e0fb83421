"""What the product is made of: its packages, under which licences, and that no secret is in it."""
