"""排期: drawn teams and entities become a calendar (docs/schedule.md)."""
