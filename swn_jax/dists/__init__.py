"""Densities as functions of arrays, one family per file."""
