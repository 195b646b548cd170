"""New sequences from a model, one frame after the other at a constant cost a frame."""

import jax
import jax.numpy as jnp
from jax import lax
from jaxtyping import Array, Float

from swn_jax.types import Model, Variables


def generate(
    model: Model,
    variables: Variables,
    key: Array,
    frames: int,
    *,
    before: Float[Array, "B D"],
    temperature: float = 1.0,
    temperature_z: float = 1.0,
) -> Float[Array, "B T D"]:
    """Ancestral samples: z_t from the prior given x_<t and z_<t, then x_t from its density (eqs. 2 and 3).

    Args:
      model: of which `carry`, `step` and `likelihood.sample` are used.
      variables: its parameters.
      key: fixes the samples; each frame draws from a key of its own.
      frames: T, how many frames to draw.
      before: the frame before the first, zeros at the start of a recording; its B is the number of samples.
      temperature: factor on the standard deviations of x.
      temperature_z: factor on the standard deviations of z.
    """
    numbers = sum(model.latents)

    def draw(state: tuple, t: Array) -> tuple[tuple, Array]:
        carry, x = state
        key_z, key_x = jax.random.split(jax.random.fold_in(key, t))
        noise = temperature_z * jax.random.normal(key_z, (x.shape[0], numbers), x.dtype)
        carry, params = model.step(variables, carry, x, noise)
        x = model.likelihood.sample(key_x, params, temperature)
        return (carry, x), x

    _, x = lax.scan(draw, (model.carry(before.shape[0]), before), jnp.arange(frames))
    return x.swapaxes(0, 1)
