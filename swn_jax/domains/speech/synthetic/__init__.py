"""Synthetic speech by a source-filter model: voices, sounds, syllables."""
