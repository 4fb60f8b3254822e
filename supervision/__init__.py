"""The office and its database: every step of a double-random inspection, in the order of the work."""
