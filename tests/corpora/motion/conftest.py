"""Fixtures: small BVH files."""

from bvh_files import make, sample

__all__ = ["make", "sample"]
