"""Views of a finished report: each module writes one form of it and knows nothing of the others."""
