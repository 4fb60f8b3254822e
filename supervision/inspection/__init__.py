"""检查: visits, findings, and the inspector's calendar."""
