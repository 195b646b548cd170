"""Fixtures: small corpora of sound."""

from sound_files import ids, make, real, sample, small, sounds

__all__ = ["ids", "make", "real", "sample", "small", "sounds"]
