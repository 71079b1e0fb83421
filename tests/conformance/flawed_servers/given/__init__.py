"""Behaviour that flaws of events, lifecycles and tasks need, laid thinly over the server.

They emulate what the rules ask, no more than the kit looks at; a flaw then takes one thing away.
"""
