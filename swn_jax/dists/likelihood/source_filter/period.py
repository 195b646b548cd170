"""The period of a frame that is told, and what is heard of the source a period ago.

Letters in shapes: C blocks of H samples, J taps, W samples of the source.
"""

import jax.numpy as jnp
from jax import lax
from jaxtyping import Array, Float, Int

from swn_jax.dists.likelihood.source_filter.source import around, limited
from swn_jax.dists.likelihood.source_filter.state import Settings

UNIT = 100.0  # samples, of a period that is told


def told(period: Float[Array, "*S"], settings: Settings) -> tuple[Int[Array, "*S"], Float[Array, "*S"]]:
    """The lag of periods in hundreds of samples, and 1 for each, or 0 where there is none: for 0, and above `pitch`.

    A block is drawn sample by sample, so what lies a period before it has to be over when it begins: of a period too
    short for that the lag is the first multiple that is not.
    """
    shortest, longest = settings.classic.block + settings.taps // 2, settings.classic.pitch
    samples = lax.stop_gradient(UNIT * period)
    voiced = (samples >= 1.0) & (samples <= longest)
    samples = jnp.where(voiced, samples, longest)
    lag = jnp.round(jnp.maximum(jnp.ceil(shortest / samples), 1.0) * samples).astype(jnp.int32)
    return jnp.clip(lag, shortest, longest), voiced.astype(period.dtype)


def heard_around(
    e: Float[Array, "*S W"], lag: Int[Array, "*S C"], correlation: Float[Array, "*S C"], own: Float[Array, "*S C"],
    first: int, settings: Settings,
) -> Float[Array, "*S C H J"]:  # fmt: skip
    """The source about a period before each sample in units of its own level; zeros where no period is told."""
    near = around(e, lag, first, settings.classic.block, settings.taps)
    near = limited(near * jnp.exp(-own)[..., None, None])
    return near * correlation[..., None, None] if settings.told else near
