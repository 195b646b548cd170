"""Online handwriting: formats of pen trajectories, frames of offsets, pictures, statistics and a synthesiser."""

from swn_jax.domains.ink.domain import INK

__all__ = ["INK"]
