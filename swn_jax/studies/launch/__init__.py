"""Sweeps: a study is a list of trials, each a run in a folder of its own, that are launched until none is missing."""
