"""公开日志: entries, signed checkpoints, and what the log must show of a draw (docs/transparency-log.md)."""
