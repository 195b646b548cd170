"""Trained models as files: weights with the recipe that rebuilds their model, functions that need jax alone, a card."""
