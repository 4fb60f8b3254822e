"""Figures of docs/benchmarks.md: each module prints its table with ``python -m benchmarks.NAME``."""

import supervision  # noqa: F401  # its choice of threads counts here as well, before numpy is loaded
