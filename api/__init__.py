"""HTTP and pages: the three sites of the office, the inspectors and everyone."""
