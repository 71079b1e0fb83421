"""A server that shares nothing with ours but the specification files.

It takes whatever is plausible and offers what is mandatory and no more: no entity tags, no links,
no JSON Patch, no events. What it offers it does right, often by another accepted alternative than
ours. The kit must find nothing wrong with it.
"""
