"""Tests of how the specification files are written."""
