"""Studies of many runs: launch them, read their results, report on them."""
