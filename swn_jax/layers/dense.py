"""The affine layer and the multilayer perceptron."""

from typing import Any

import jax.numpy as jnp
from flax import linen as nn
from jaxtyping import Array, Float

from swn_jax.ops.affine import affine, perceptrons
from swn_jax.ops.joined import Map

HEAD_SCALE = 0.01  # heads start near zero: means at 0, scales at 1, posterior at prior


def kernel_init(scale: float = 1.0) -> Any:
    """Initialise weights from a normal with standard deviation `scale / sqrt(fan_in)`, in float32 as all weights."""
    return nn.initializers.variance_scaling(scale**2, "fan_in", "normal", dtype=jnp.float32)


class Dense(nn.Module):
    """An affine layer, `W x + b`, with operands of the product in `dtype`, all else in that of x and the weights."""

    features: int
    dtype: Any = jnp.float32
    scale: float = 1.0

    @nn.compact
    def weights(self, inputs: int) -> Map:
        """Kernel and bias for so many channels."""
        kernel = self.param("kernel", kernel_init(self.scale), (inputs, self.features))
        return kernel, self.param("bias", nn.initializers.zeros, (self.features,), jnp.float32)

    def __call__(self, x: Float[Array, "*S C"]) -> Float[Array, "*S O"]:
        return affine(x, *self.weights(x.shape[-1]), self.dtype)


class Perceptron(nn.Module):
    """One hidden layer, `V relu(W x + a) + b`; with `hidden=0`, `V relu(x) + b`."""

    hidden: int
    features: int
    dtype: Any = jnp.float32
    scale: float = 1.0

    @nn.compact
    def weights(self, inputs: int) -> list[Map]:
        """Kernel and bias of each layer, for so many channels."""
        layers = [Dense(self.hidden, self.dtype).weights(inputs)] if self.hidden else []
        return [*layers, Dense(self.features, self.dtype, self.scale).weights(self.hidden or inputs)]

    def __call__(self, x: Float[Array, "*S C"]) -> Float[Array, "*S O"]:
        (y,) = perceptrons([[x]], [self.weights(x.shape[-1])], self.dtype)
        return y


class Head(Perceptron):
    """A perceptron whose output starts near zero."""

    scale: float = HEAD_SCALE
