"""公平性: exact chances, every start, every pair, and fixed-step selection beside them (docs/fairness.md)."""
