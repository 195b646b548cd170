"""Normalisation of activations, chosen by name."""

import functools
from collections.abc import Sequence

import jax
import jax.numpy as jnp
from flax import linen as nn
from jax import lax
from jaxtyping import Array, Float

from swn_jax.errors import unknown

NORMS = dict.fromkeys(("layer", "batch", "none"))


class Norm(nn.Module):
    """A normalisation by name.

    `layer` normalises over the channels of a frame; `batch` over batch and time (released code), with running
    statistics outside of training; `none` is the identity.
    """

    kind: str
    train: bool = False
    axis: str | None = None  # the mapped axis over which batch statistics are averaged

    @nn.compact
    def inner(self) -> nn.Module:
        """The module that has the weights."""
        if self.kind == "layer":
            return LayerNorm()
        if self.kind == "batch":
            return BatchNorm(self.train, self.axis)
        raise unknown("norm", self.kind, NORMS)

    def __call__(self, x: Float[Array, "*S C"], mask: Float[Array, "*S"] | None = None) -> Float[Array, "*S C"]:
        return x if self.kind == "none" else self.inner()(x, mask)


def normed(
    norms: Sequence[Norm], parts: Sequence[Float[Array, "*S C"]], mask: Float[Array, "*S"] | None
) -> list[Float[Array, "*S C"]]:
    """Apply a norm to each of several parts, all of one kind.

    An accelerator has layer norms all at once, which launches fewer kernels; a CPU would only copy the parts together.
    """
    if norms[0].kind != "layer":
        return [norm(x, mask) for norm, x in zip(norms, parts, strict=True)]
    return _layer_norms(list(parts), [norm.inner().weights(x.shape[-1]) for norm, x in zip(norms, parts, strict=True)])


@functools.partial(jax.jit, inline=True)
def _layer_norms(parts: list[Array], weights: list[tuple[Array, Array]]) -> list[Array]:
    """The layer norm of each part, both ways, traced once for all layers of the same shapes."""

    def apart(parts: list[Array], weights: list[tuple[Array, Array]]) -> list[Array]:
        return [layer_norm(x, *own) for x, own in zip(parts, weights, strict=True)]

    def together(parts: list[Array], weights: list[tuple[Array, Array]]) -> list[Array]:
        scale, bias = (jnp.stack(each) for each in zip(*weights, strict=True))
        x = jnp.concatenate(parts, axis=-1)
        y = layer_norm(x.reshape(*x.shape[:-1], len(parts), x.shape[-1] // len(parts)), scale, bias)
        return [y[..., k, :] for k in range(len(parts))]

    return lax.platform_dependent(parts, weights, cpu=apart, default=together)


class LayerNorm(nn.Module):
    """Normalise each frame over its channels."""

    @nn.compact
    def weights(self, width: int) -> tuple[Float[Array, " C"], Float[Array, " C"]]:
        """Scale and bias."""
        scale = self.param("scale", nn.initializers.ones, (width,), jnp.float32)
        return scale, self.param("bias", nn.initializers.zeros, (width,), jnp.float32)

    def __call__(self, x: Float[Array, "*S C"], mask: Float[Array, "*S"] | None = None) -> Float[Array, "*S C"]:
        return layer_norm(x, *self.weights(x.shape[-1]))


def layer_norm(
    x: Float[Array, "*S C"], scale: Float[Array, "*K C"], bias: Float[Array, "*K C"], epsilon: float = 1e-6
) -> Float[Array, "*S C"]:
    """`(x - E x) / sqrt(Var x + epsilon) * scale + bias`, with moments in float32 at least (Ba et al. 2016).

    The variance is `E x^2 - (E x)^2`, so that one pass over x gives both moments.
    """
    wide = x.astype(jnp.promote_types(x.dtype, jnp.float32))
    mean = wide.mean(-1, keepdims=True)
    variance = jnp.maximum(0.0, jnp.square(wide).mean(-1, keepdims=True) - jnp.square(mean))
    y = (x - mean) * (lax.rsqrt(variance + epsilon) * jnp.broadcast_to(scale, x.shape)) + jnp.broadcast_to(
        bias, x.shape
    )
    return y.astype(jnp.result_type(x, scale, bias))


class BatchNorm(nn.Module):
    """Normalise each channel by its mean and variance over the real frames of the global batch.

    The sums of all devices are divided by the number of frames on all devices. The layer of flax averages the means
    of the devices, which differs where they hold unequal numbers of real frames.
    """

    train: bool
    axis: str | None
    momentum: float = 0.9
    epsilon: float = 1e-5

    @nn.compact
    def __call__(self, x: Float[Array, "*S C"], mask: Float[Array, "*S"] | None = None) -> Float[Array, "*S C"]:
        rows = x.reshape(-1, x.shape[-1])
        scale = self.param("scale", nn.initializers.ones, rows.shape[1:], jnp.float32)
        bias = self.param("bias", nn.initializers.zeros, rows.shape[1:], jnp.float32)
        mean = self.variable("batch_stats", "mean", jnp.zeros, rows.shape[1:], jnp.float32)
        var = self.variable("batch_stats", "var", jnp.ones, rows.shape[1:], jnp.float32)
        m, v = mean.value, var.value
        if self.train and not self.is_initializing():
            m, v = self.statistics(rows, jnp.ones((len(rows), 1), rows.dtype) if mask is None else mask.reshape(-1, 1))
            for running, now in ((mean, m), (var, v)):
                new = self.momentum * running.value + (1 - self.momentum) * now
                running.value = new.astype(running.value.dtype)
        y = (rows - m[None]) * (lax.rsqrt(v + self.epsilon) * scale)[None] + bias[None]
        return y.reshape(x.shape).astype(x.dtype)

    def statistics(self, rows: Float[Array, "F C"], mask: Float[Array, "F 1"]) -> tuple[Array, Array]:
        """Mean and variance over the rows of all devices, weighed by the mask, in float32 at least."""
        mask, rows = (a.astype(jnp.promote_types(rows.dtype, jnp.float32)) for a in (mask, rows))

        def mean(values: Array) -> Array:
            sums = jnp.sum(jnp.where(mask > 0, values, 0) * mask, axis=0), jnp.sum(mask)
            total, frames = lax.psum(sums, self.axis) if self.axis else sums
            return total / frames

        m = mean(rows)
        return m, mean(jnp.square(rows - m[None]))
