"""What holds of every exchange, whatever it was made for.

`observer` sees all of them; `table` lists the invariants, one file for what they are about.
"""
