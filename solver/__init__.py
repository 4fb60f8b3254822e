"""数学内核: the draw, the pairing and the schedule as pure mathematics.

Data in, result out: no database, no web, no clock, no settings and no hidden randomness. Every module takes
plain immutable values and gives immutable values back, so that each result can be replayed by anybody.
"""
