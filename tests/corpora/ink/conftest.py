"""Fixtures: files of pen trajectories."""

from pen_files import handwriting, survives

__all__ = ["handwriting", "survives"]
