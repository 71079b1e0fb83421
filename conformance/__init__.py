"""The conformance kit: judges any TMF server by its specification."""
