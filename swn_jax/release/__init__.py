"""Releasing trained models: weights with the recipe of their model, compiled functions for jax alone, a model card."""
