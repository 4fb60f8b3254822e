"""证明: what is published of a pairing, and whether it holds (docs/pair-1.md)."""
