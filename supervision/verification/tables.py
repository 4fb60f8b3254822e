"""Verification keeps nothing: it reads what was kept and published and compares. So there are no tables."""
