"""Sweeps: a study is a list of trials, each a run in its own folder, launched until none is missing."""
