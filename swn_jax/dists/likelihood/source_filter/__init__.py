"""A frame of sound by source and filter: the model's state says level, resonances and voicing, the past only shape."""

from swn_jax.dists.likelihood.source_filter.density import source_filter

__all__ = ["source_filter"]
