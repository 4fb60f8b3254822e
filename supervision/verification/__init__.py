"""验证: replay of a published draw and pairing."""
