"""What many outcomes say: result files, intervals, gates, regressions."""
