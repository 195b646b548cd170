"""Launchers of the commands in a clone, and example sweeps."""
