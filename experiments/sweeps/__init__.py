"""Sweeps, one file each: `trials(config, ...)` yields the overrides of each run."""
