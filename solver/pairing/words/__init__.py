"""用语: what a planner is told, as plain values and sentences."""
