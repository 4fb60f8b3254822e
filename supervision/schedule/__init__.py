"""排期: paired visits become days and times that people can keep (docs/schedule.md, section 8)."""
