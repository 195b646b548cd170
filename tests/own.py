"""A model and a density of somebody's own, as `register_model` and `register_likelihood` take them."""

import jax
import jax.numpy as jnp
from flax import linen as nn

import swn_jax
from swn_jax.dists.likelihood.framewise import framewise
from swn_jax.layers.dense import Dense
from swn_jax.models.base import NetworkOutput, assemble
from swn_jax.models.frames import one_frame
from swn_jax.ops.time import inputs


def linear(frame, *, width=5, likelihood=None):
    """x_t from x_(t-1), through one hidden layer."""
    likelihood = swn_jax.gaussian() if likelihood is None else likelihood
    net = nn.Sequential([Dense(width), jax.nn.relu, Dense(likelihood.size(frame))])

    def run(variables, batch, noise, infer, train, axis, read=None):
        return NetworkOutput(net.apply(variables, inputs(batch.x, batch.before, read)), [], ()), {}

    return assemble(
        frame, (), likelihood, lambda key: net.init(key, one_frame(frame).x), run, lambda rows: (),
        lambda variables, carry, x_prev, noise: (carry, net.apply(variables, x_prev)),
    )  # fmt: skip


def laplace(scale=1.0):
    """`p(x) = exp(-|x - m| / s) / 2 s`, P = D."""
    return framewise(
        lambda width: width,
        lambda params, x: -(jnp.abs(x - params) / scale + jnp.log(2 * scale)).sum(-1),
        lambda key, params, temperature: params + temperature * scale * jax.random.laplace(key, params.shape),
        lambda params: jnp.zeros(params.shape[:-1], bool),
        lambda params: params,
    )
