"""信用风险分类: the scorecard and its monthly snapshots."""
