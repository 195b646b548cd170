"""Synthetic handwriting: hands, letters, words."""
