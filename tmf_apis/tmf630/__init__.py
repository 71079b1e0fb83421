"""TMF630, the design guideline of all TM Forum APIs: one pure module per topic."""
