"""A frame sample by sample: classic prediction, corrected by a small causal network that the model's state steers."""

from swn_jax.dists.likelihood.samplewise.density import samplewise

__all__ = ["samplewise"]
