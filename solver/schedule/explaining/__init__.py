"""说明: why a visit is not in the plan, what would help, why it is on its day, what data is wrong."""

from solver.schedule.explaining.detecting import Finding, detect
from solver.schedule.explaining.reasons import reasons
from solver.schedule.explaining.recommending import Recommendation, recommend
from solver.schedule.explaining.why import Explanation, OtherDay, explain

__all__ = [
    "Explanation",
    "Finding",
    "OtherDay",
    "Recommendation",
    "detect",
    "explain",
    "reasons",
    "recommend",
]
