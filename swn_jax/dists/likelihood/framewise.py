"""Likelihoods without weights and without memory: a frame's density is a function of its parameters alone."""

from collections.abc import Callable

from jaxtyping import Array, Bool, Float

from swn_jax.density import Likelihood, SizeFn, Weights


def framewise(
    size: SizeFn,
    log_prob: Callable[[Array, Array], Array],
    sample: Callable[[Array, Array, float | Array], Array],
    at_floor: Callable[[Array], Array],
    mean: Callable[[Array], Array],
) -> Likelihood:
    """Build the record from functions of a frame's parameters.

    Args:
      size: the number of parameters P for frames of width D.
      log_prob: `(params [..., P], x [..., D]) -> [...]`, nats.
      sample: `(key, params [..., P], temperature) -> [..., D]`.
      at_floor: `params [..., P] -> bool [...]`.
      mean: `params [..., P] -> [..., D]`.
    """

    def log_prob_of(
        weights: Weights,
        params: Float[Array, "*B T P"],
        x: Float[Array, "*B T D"],
        past: Float[Array, "*B M D"],
    ) -> Float[Array, "*B T"]:
        return log_prob(params, x)

    def sample_of(
        weights: Weights,
        key: Array,
        params: Float[Array, "*B P"],
        past: Float[Array, "*B M D"],
        temperature: float | Float[Array, ""] = 1.0,
    ) -> Float[Array, "*B D"]:
        return sample(key, params, temperature)

    def at_floor_of(
        weights: Weights, params: Float[Array, "*B T P"], x: Float[Array, "*B T D"], past: Float[Array, "*B M D"]
    ) -> Bool[Array, "*B T"]:
        return at_floor(params)

    def mean_of(weights: Weights, params: Float[Array, "*B P"], past: Float[Array, "*B M D"]) -> Float[Array, "*B D"]:
        return mean(params)

    return Likelihood(size, log_prob_of, sample_of, at_floor_of, mean_of)
