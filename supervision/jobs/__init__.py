"""后台作业: long work. Jobs of the ``job`` table outlive the server; ``threads`` holds what dies with it."""

from supervision.jobs.threads import Jobs, Ticker

__all__ = ["Jobs", "Ticker"]
