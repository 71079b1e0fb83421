"""A small made-up operator, Tarnwick Telecom, told once and written out for every API and version.

The tables hold what the operator sells, to whom, over which network and at what price; everything
that follows from them (order states, bill totals, back references) is computed. `shapes` knows how
v4 and v5 spell the same thing, so that no table has to.
"""
