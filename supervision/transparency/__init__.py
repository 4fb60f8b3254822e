"""公开日志: what was done, in the order in which it was done, so that nobody can change it unseen (log/1)."""
