"""Sequences as files that people hear and see: sound, pictures, moving pictures, and pages that show them."""
