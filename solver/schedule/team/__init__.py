"""一组一解: each team's best plan, with proof (docs/schedule.md, section 4, stage 1)."""
