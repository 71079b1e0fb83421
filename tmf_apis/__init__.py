"""TM Forum Open APIs: their facts (specifications) and their behaviour (TMF630)."""

__version__ = "0.1.0"
