"""核对: an independent judge of timetables. It shares the values with the solver, no code."""

from solver.schedule.judging.judge import judge
from solver.schedule.judging.moving import Moved, judge_move
from solver.schedule.judging.violations import Violation

__all__ = ["Moved", "Violation", "judge", "judge_move"]
