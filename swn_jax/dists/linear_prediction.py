"""Linear prediction: each sample of a frame from those before it, by coefficients that are one frame's own.

Letters in shapes: N the order, D samples per frame. The model is `x_i = u_i + sum_k a_k x_(i-k)`, k = 1 .. N, where the
drive u has independent samples; x_(i-k) reaches into the frames before (Makhoul 1975).
"""

import jax.numpy as jnp
from jax import lax
from jaxtyping import Array, Float

from swn_jax.ops.alike import alike
from swn_jax.ops.exact import einsum


def step_up(reflection: Float[Array, "*S N"]) -> Float[Array, "*S N"]:
    """The coefficients a_1 .. a_N from the reflection coefficients r (Markel and Gray 1976).

    `A_m = A_(m-1) - r_m B_(m-1)/z` and `B_m = B_(m-1)/z - r_m A_(m-1)` from `A_0 = B_0 = 1` lead to
    `A_N = 1 - sum_k a_k z^-k`, whose roots lie inside the unit circle if and only if every |r_m| < 1.

    >>> step_up(jnp.array([0.5, -0.5])).tolist()
    [0.75, -0.5]
    """
    one = jnp.pad(jnp.ones_like(reflection[..., :1]), [(0, 0)] * (reflection.ndim - 1) + [(0, reflection.shape[-1])])

    def up(polynomials: tuple[Array, Array], r: Array) -> tuple[tuple[Array, Array], None]:
        forward, backward = polynomials
        delayed = jnp.roll(backward, 1, -1)  # its last coefficient is still 0
        return (forward - r * delayed, delayed - r * forward), None

    # a loop, for XLA would fuse an unrolled recursion into every sample of the frame that uses its result
    (forward, _), _ = lax.scan(up, (one, one), jnp.moveaxis(reflection, -1, 0)[..., None])
    return -forward[..., 1:]


def predicted(
    coefficients: Float[Array, "*S N"], x: Float[Array, "*S D"], past: Float[Array, "*S L"]
) -> Float[Array, "*S D"]:
    """The sums `sum_k a_k x_(i-k)` of all samples of a frame at once, given the L >= N samples before it."""
    order, width = coefficients.shape[-1], x.shape[-1]
    samples = jnp.concatenate([past[..., past.shape[-1] - order :], x], axis=-1)
    lagged = jnp.stack([samples[..., order - k : order - k + width] for k in range(1, order + 1)], axis=-2)
    return einsum("...k,...kd->...d", coefficients, lagged)


def driven(
    coefficients: Float[Array, "*S N"], drive: Float[Array, "*S D"], past: Float[Array, "*S L"]
) -> Float[Array, "*S D"]:
    """The frame that a drive makes, sample after sample, given the L >= N samples before it.

    float32 keeps a filter stable up to prediction gains `1 / prod_m (1 - r_m^2)` of about 80 dB.
    """
    order = coefficients.shape[-1]

    def sample(latest: Array, u: Array) -> tuple[Array, Array]:
        x = u + (coefficients * latest).sum(-1)
        return jnp.concatenate([x[..., None], latest[..., :-1]], axis=-1), x

    latest = alike(jnp.flip(past[..., past.shape[-1] - order :], -1), coefficients, drive)
    return jnp.moveaxis(lax.scan(sample, latest, jnp.moveaxis(drive, -1, 0))[1], 0, -1)
