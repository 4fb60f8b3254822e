"""一片一解: what ties teams together: shared people, cars, flat days (docs/schedule.md, section 4, stages 2
and 3).
"""
