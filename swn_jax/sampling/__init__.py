"""Sampling from a model through its record alone: new sequences, continuations, reconstructions and interpolations.

Time runs in steps, at a constant cost per frame. Each frame has a key of its own, folded from its number, so that
one long block and many short ones give the same frames.
"""

from swn_jax.sampling.ancestral import block, generate, stream
from swn_jax.sampling.interpolation import interpolate, replay
from swn_jax.sampling.posterior import after, continue_, draws, reconstruct
from swn_jax.sampling.state import SamplerState, Temperature, start

__all__ = [
    "SamplerState", "Temperature", "after", "block", "continue_", "draws", "generate", "interpolate", "reconstruct",
    "replay", "start", "stream",
]  # fmt: skip
