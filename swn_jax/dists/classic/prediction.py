"""What classic coding knows of a sample from those before it: prediction, residual, running levels and pitch.

Everything is a function of given samples, recomputed every H of them ("backward-adaptive"), so that a density may
condition on it. Letters in shapes: N samples, C blocks of H samples, K order.
"""

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Float

from swn_jax.ops.blocks import aligned
from swn_jax.ops.levels import powers_before, powers_within
from swn_jax.ops.levinson import autocorrelations, levinson, predictions
from swn_jax.ops.pitch import SMOOTH, periods, search_range, smoothed, taken

LEVELS = (20, 80, 400)  # samples, the lengths of the residual's running levels
SIGNAL_LEVEL = (80,)  # of the signal's
TAPS = 9  # samples around the one a period ago
WIDEN = 0.996  # widens resonances by 20 Hz at 16 kHz: samples that run on whistle at narrow ones (ITU-T G.728)


class Classic(NamedTuple):
    """The settings of classic prediction, in samples."""

    order: int  # of linear prediction; 0 for none: the residual is the signal
    history: int  # samples from which coefficients are estimated
    pitch: int  # longest period of the long-term predictor; 0 for none
    block: int  # H

    @property
    def residual_reach(self) -> int:
        """Samples of the residual before a block that count."""
        need = self.pitch + search_range(self.pitch)[1] + SMOOTH if self.pitch else self.history
        return -(-need // self.block) * self.block

    def reach(self, window: int) -> int:
        """Samples of the signal before a block that count, where `window` samples of the residual are read."""
        return sum(-(-need // self.block) * self.block for need in (max(self.residual_reach, window), self.history))


class Known(NamedTuple):
    """What is known at each sample before it comes."""

    residual: Float[Array, "*S N"]  # the sample itself less its prediction
    prediction: Float[Array, "*S N"]
    power: Float[Array, "*S N L"]  # running power of the residual, by length
    signal_power: Float[Array, "*S N 1"]
    taps: Float[Array, "*S N J"]  # of the residual a period ago, oldest first; J = 0 without pitch
    gain: Float[Array, "*S N"]  # of the smoothed residual a period ago
    correlation: Float[Array, "*S N"]


class Ahead(NamedTuple):
    """What is known of the next block before it comes."""

    coefficients: Float[Array, "*S K"]
    power: Float[Array, "*S L"]
    signal_power: Float[Array, "*S 1"]
    taps: Float[Array, "*S H J"]
    gain: Float[Array, "*S"]
    correlation: Float[Array, "*S"]


def coefficients(x: Float[Array, "*S N"], classic: Classic) -> Float[Array, "*S C1 K"]:
    """The prediction coefficients of each block and of the next one; gradients do not pass through the solution."""
    found = levinson(autocorrelations(x, classic.order, classic.block, classic.history))
    return lax.stop_gradient(
        found * aligned(jnp.asarray(WIDEN ** np.arange(1, classic.order + 1), x.dtype), found.ndim)
    )


def residual_of(x: Float[Array, "*S N"], classic: Classic) -> Float[Array, "*S N"]:
    """What linear prediction leaves of a signal."""
    return x - predictions(x, coefficients(x, classic)[..., :-1, :], classic.block)


def known(x: Float[Array, "*S N"], classic: Classic) -> Known:
    """What is known at every sample of a signal, by one parallel pass."""
    size, count = classic.block, x.shape[-1] // classic.block
    prediction = predictions(x, coefficients(x, classic)[..., :-1, :], size)
    e = x - prediction
    power = powers_before(e, LEVELS, size, classic.residual_reach)[..., :-1, :]
    signal_power = powers_before(x, SIGNAL_LEVEL, size, classic.residual_reach)[..., :-1, :]
    taps, gain, correlation = pitch_taps(e, classic)
    return Known(
        residual=e,
        prediction=prediction,
        power=powers_within(e, power, LEVELS, size),
        signal_power=powers_within(x, signal_power, SIGNAL_LEVEL, size),
        taps=taps[..., :count, :, :].reshape(*x.shape, -1),
        gain=jnp.repeat(gain[..., :count], size, axis=-1),
        correlation=jnp.repeat(correlation[..., :count], size, axis=-1),
    )


def ahead(x: Float[Array, "*S N"], e: Float[Array, "*S N"], classic: Classic) -> Ahead:
    """What is known of the block after a signal x and its residual e."""
    size, reach = classic.block, classic.residual_reach
    span = -(-classic.history // size) * size
    taps, gain, correlation = pitch_taps(e[..., -reach:], classic, newest=1)
    return Ahead(
        coefficients=coefficients(x[..., -span:], classic)[..., -1, :],
        power=powers_before(e[..., -reach:], LEVELS, size, reach)[..., -1, :],
        signal_power=powers_before(x[..., -reach:], SIGNAL_LEVEL, size, reach)[..., -1, :],
        taps=taps[..., -1, :, :],
        gain=gain[..., -1],
        correlation=correlation[..., -1],
    )


def pitch_taps(
    e: Float[Array, "*S N"], classic: Classic, newest: int | None = None
) -> tuple[Float[Array, "*S C1 H J"], Float[Array, "*S C1"], Float[Array, "*S C1"]]:
    """The residual a period before each sample of the newest of C + 1 blocks, or of all, the gain, the correlation."""
    size = classic.block
    places = jnp.arange(e.shape[-1] // size + 1)[-newest if newest else None :]
    if not classic.pitch:
        nothing = jnp.broadcast_to(jnp.zeros_like(e[..., :1]), (*e.shape[:-1], places.shape[0]))
        return jnp.broadcast_to(nothing[..., None, None], (*nothing.shape, size, 1))[..., :0], nothing, nothing
    period = periods(smoothed(e), classic.pitch, size, newest=newest)
    now = places[:, None] * size + np.arange(size)[None]
    place = aligned(now, e.ndim + 1) - period.lag[..., None]  # [*S, C1, H]
    around = [taken(e, place + j - TAPS // 2) for j in range(TAPS)]
    gain, correlation = map(lax.stop_gradient, (period.gain, period.correlation))
    return jnp.stack(around, axis=-1), gain, correlation
