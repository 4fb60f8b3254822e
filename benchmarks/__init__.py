"""Figures of docs/benchmarks.md: each module prints its table with ``python -m benchmarks.NAME``."""
