"""JSONPath as TMF630 Part 6 writes it: parsed into segments whose filters are predicates.

The dialect is wider than RFC 9535 in what TM Forum's examples use (a missing `$`, `@.@type`,
`@size`, paths through lists in comparisons, `=~ /re/i`) and refuses with 501 what cannot be
pushed down into a store: `..`, slices, unions of names, scripts and functions (R-505, D12).

A text becomes tokens, the parser makes segments of them, and `meaning` predicates of segments.
"""
