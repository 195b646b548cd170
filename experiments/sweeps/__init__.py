"""Sweeps, one file each: `cells(config, ...)` yields the overrides of each run."""
