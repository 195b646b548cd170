"""Studies of many runs: launching them, reading their results, and reporting on them."""
