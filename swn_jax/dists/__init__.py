"""Densities, one family a file, as functions of arrays."""
