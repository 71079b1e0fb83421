"""Whether TM Forum's own kit would pass a server, and a statement that says why.

`demands` says what of an API is mandatory, `steps` and `notices` try it, one cell an operation and
attribute, and `statement` is what comes out. Everything that is demanded follows from the
specification file and the tables beside it (R-131 to R-140, R-703, R-709): that kit's own code
is no source.
"""
