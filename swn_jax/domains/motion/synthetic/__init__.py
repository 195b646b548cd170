"""Synthetic walking: persons, gaits, paths."""
