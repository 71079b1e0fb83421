"""How our specification files differ from the published ones, fact by fact."""
