"""抽取: freeze, commit, approve, reveal, draw, close."""
