"""The Gaussian about a share of the frame before as a likelihood."""

from jaxtyping import Array, Bool, Float

from swn_jax.density import Weights
from swn_jax.dists.likelihood.gaussian import gaussian
from swn_jax.errors import SwnError
from swn_jax.ops.time import histories
from swn_jax.recorded import recorded
from swn_jax.types import Likelihood


@recorded
def increments(kept: float = 0.9, floor: float = -12.0, ceiling: float = 12.0) -> Likelihood:
    """One Gaussian for each number of what a frame adds to a share a of the one before: `x_t ~ N(a x_(t-1) + m, s)`.

    For poses, which change little from frame to frame: with a = 1 the network says how they change alone (Martinez et
    al. 2017, section 3.2). With less it has to say where they are too, so that a pose that went astray, which training
    never shows, comes back by a share of 1 - a in each frame. P = 2 D: m and the raw log of s.

    Args:
      kept: a, from 0, the plain Gaussian, to 1.
      floor, ceiling: bounds of the log of s, in nats of standardised units.
    Raises:
      SwnError: for a share out of range, and where floor and ceiling leave no room for a log-scale of 0.
    """
    if not 0 <= kept <= 1:
        raise SwnError(f"found kept={kept}, wanted the share of the frame before that is kept, from 0 to 1: take 0.9")
    change = gaussian(floor, ceiling)

    def log_prob(
        weights: Weights, params: Float[Array, "*B T P"], x: Float[Array, "*B T D"], past: Float[Array, "*B M D"]
    ) -> Float[Array, "*B T"]:
        return change.log_prob(weights, params, x - kept * last(histories(x, past)), past)

    def sample(
        weights: Weights, key: Array, params: Float[Array, "*B P"], past: Float[Array, "*B M D"],
        temperature: float | Float[Array, ""] = 1.0,
    ) -> Float[Array, "*B D"]:  # fmt: skip
        return kept * last(past) + change.sample(weights, key, params, past, temperature)

    def at_floor(
        weights: Weights, params: Float[Array, "*B T P"], x: Float[Array, "*B T D"], past: Float[Array, "*B M D"]
    ) -> Bool[Array, "*B T"]:
        return change.at_floor(weights, params, x, past)

    def mean(weights: Weights, params: Float[Array, "*B P"], past: Float[Array, "*B M D"]) -> Float[Array, "*B D"]:
        return kept * last(past) + change.mean(weights, params, past)

    return Likelihood(change.size, log_prob, sample, at_floor, mean)


def last(frames: Float[Array, "*S M D"]) -> Float[Array, "*S D"]:
    """The newest of consecutive frames."""
    return frames[..., -1, :]
