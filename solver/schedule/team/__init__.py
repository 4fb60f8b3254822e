"""一组一解: each team's best plan, with proof (docs/schedule.md, section 4, stage 1)."""

from solver.schedule.team.plan import TeamPlan, fits, fits_tours, plan_team

__all__ = ["TeamPlan", "fits", "fits_tours", "plan_team"]
