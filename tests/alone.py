"""A likelihood for frames by themselves: no weights, no past, no axis of time."""

from types import SimpleNamespace

import jax.numpy as jnp


def alone(like, width=None):
    """`log_prob(params, x)`, `sample(key, params, temperature)`, `at_floor(params)` and `mean(params)` of any shape.

    `width` is that of a frame, where the numbers of parameters do not tell it by `size`.
    """

    def past(params):
        frame = width or next(d for d in range(1, 300) if like.size(d) == params.shape[-1])
        return jnp.zeros((*params.shape[:-1], 1, frame))

    def over_time(f, params, x):
        return f({}, params[..., None, :], x[..., None, :], jnp.zeros_like(x[..., None, :]))[..., 0]

    return SimpleNamespace(
        size=like.size,
        log_prob=lambda params, x: over_time(like.log_prob, params, x),
        sample=lambda key, params, temperature: like.sample({}, key, params, past(params), temperature),
        at_floor=lambda params: over_time(like.at_floor, params, past(params)[..., 0, :]),
        mean=lambda params: like.mean({}, params, past(params)),
    )
