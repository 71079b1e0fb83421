"""Validation: a specification schema compiled into one fast validator with helpful errors."""
