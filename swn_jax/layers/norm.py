"""Normalisation of activations, chosen by name."""

from flax import linen as nn
from jaxtyping import Array, Float

from swn_jax.errors import unknown

NORMS = dict.fromkeys(("layer", "batch", "none"))


class Norm(nn.Module):
    """`layer`: over the channels of a frame. `batch`: over batch and time (released code), with running
    statistics outside of training. `none`: the identity."""

    kind: str
    train: bool = False
    axis: str | None = None  # the mapped axis over which batch statistics are averaged

    @nn.compact
    def __call__(self, x: Float[Array, "*S C"], mask: Float[Array, "*S"] | None = None) -> Float[Array, "*S C"]:
        if self.kind == "none":
            return x
        if self.kind == "layer":
            return nn.LayerNorm()(x)
        if self.kind == "batch":
            norm = nn.BatchNorm(use_running_average=not self.train, momentum=0.9, axis_name=self.axis)
            return norm(x, mask=None if mask is None else mask[..., None] > 0)
        raise unknown("norm", self.kind, NORMS)
