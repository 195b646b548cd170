"""WaveNet (van den Oord et al. 2016) over frames: the deterministic baseline of section 4.

     generative model, one layer                      inference network

     d[l-1] at t-D   d[l-1] at t                      none: log p(x) is exact
               \\     |    \\
           gated unit    R
                  |       \\
                  k ------ + --> d[l]
                  |
               skips --> p(x[t])

With u_t = x_{t-1} and d_{t,0} = relu(W u_t), for every layer and its dilation D, 1 .. 2^(L-1) in each block:
    k_{t,l} = V (tanh(F [d_{t-D,l-1}; d_{t,l-1}]) * sigmoid(G [d_{t-D,l-1}; d_{t,l-1}]))
    d_{t,l} = k_{t,l} + R d_{t,l-1}
    p(x_t | x_<t) from relu(S d_{t,0} + sum_l k_{t,l}) through two layers with relu and a linear one
The maps R and S and the number of layers after the skips are those of the released code.
"""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
from flax import linen as nn
from jaxtyping import Array, Float

from swn_jax.dists.likelihood import gaussian
from swn_jax.layers.dense import Dense, Head
from swn_jax.layers.gated import GATES, Gated
from swn_jax.layers.norm import NORMS
from swn_jax.models.base import DTYPES, NetworkOutput, assemble, choose, one_frame, positive
from swn_jax.ops.ring import push, ring, ring_from
from swn_jax.ops.time import delay, shifted
from swn_jax.types import Batch, Carry, Likelihood, Model, Variables

RESIDUALS = dict.fromkeys(("linear", "identity"))


class Layer(nn.Module):
    """The summand k of the skips, and `k + R now`, or `k + now`, for the layer above."""

    gated: Gated
    residual: str

    @nn.compact
    def __call__(
        self, past: Float[Array, "*S C"], now: Float[Array, "*S C"], mask: Float[Array, "*S"] | None
    ) -> tuple[Float[Array, "*S C"], Float[Array, "*S C"]]:
        width, dtype = self.gated.width, self.gated.dtype
        k = Dense(width, dtype, name="skip")(self.gated(past, now, mask))
        return k, k + (Dense(width, dtype, name="residual")(now) if self.residual == "linear" else now)


class Net(nn.Module):
    """The stack of layers; only `taps` knows whether time runs in parallel or in steps."""

    outputs: int
    dilations: tuple[int, ...]
    width: int
    gate: str
    norm: str
    residual: str
    dtype: Any
    remat: bool
    train: bool = False
    axis: str | None = None

    def setup(self):
        gated = dict(gate=self.gate, norm=self.norm, residual=False, dtype=self.dtype, train=self.train, axis=self.axis)
        layer = nn.remat(Layer) if self.remat else Layer
        self.embed = Dense(self.width, self.dtype)
        self.skip = Dense(self.width, self.dtype)
        self.layers = [layer(Gated(self.width, **gated), self.residual) for _ in self.dilations]
        self.emission = Dense(self.width, self.dtype)
        self.head = Head(self.width, self.outputs, self.dtype)

    def generate(
        self, u: Float[Array, "*S D"], taps: Callable[[int, Array], Array], mask: Float[Array, "*S"] | None = None
    ) -> Float[Array, "*S P"]:
        """Likelihood parameters; `taps(l, d)` is d one dilation ago."""
        d = jax.nn.relu(self.embed(u))
        skips = self.skip(d)
        for l, layer in enumerate(self.layers):
            k, d = layer(taps(l, d), d, mask)
            skips = skips + k
        return self.head(jax.nn.relu(self.emission(jax.nn.relu(skips))))

    def __call__(self, batch: Batch) -> NetworkOutput:
        """The parallel run over whole sequences."""
        rings: list[Array] = []

        def taps(l: int, d: Array) -> Array:
            rings.append(ring_from(d, self.dilations[l]))
            return delay(d, self.dilations[l])

        params = self.generate(shifted(batch.x, batch.before), taps, batch.mask)
        return NetworkOutput(params, [], (jnp.asarray(batch.x.shape[1], jnp.int32), tuple(rings)))

    def step(self, carry: Carry, u: Float[Array, "B D"]) -> tuple[Carry, Float[Array, "B P"]]:
        """One frame of the stepped run: rings in place of delays."""
        t, rings = carry[0], list(carry[1])

        def taps(l: int, d: Array) -> Array:
            rings[l], past = push(rings[l], d, t)
            return past

        params = self.generate(u, taps)
        return (t + 1, tuple(rings)), params


def wavenet(
    frame: int,
    *,
    layers: int = 5,
    blocks: int = 1,
    width: int = 512,
    gate: str = "sigmoid",
    norm: str = "layer",
    residual: str = "linear",
    likelihood: Likelihood | None = None,
    dtype: str = "float32",
    remat: bool = False,
) -> Model:
    """WaveNet as a record of pure functions, without latent variables: `log_px` is the exact likelihood.

    Args:
      frame: D, the numbers in a frame.
      layers: L of each block, with dilations 1, 2, ..., 2^(L-1).
      blocks: how often the dilations are repeated.
      width: channels.
      gate: "sigmoid", or "linear" as in the released code.
      norm: "layer", "batch" or "none", on filter and gate; the released code has none.
      residual: "linear" adds R d as the released code does, "identity" d itself (van den Oord et al. 2016).
      likelihood: the density of a frame; the diagonal Gaussian with its floor at -12 when None.
      dtype: "float32", or "bfloat16" for the operands of matrix products; all else stays float32.
      remat: recompute each layer in the backward pass: less memory for more time.
    Raises:
      SwnError: for sizes that make no model and names that are not known.
    """
    likelihood = gaussian() if likelihood is None else likelihood
    positive(frame=frame, layers=layers, blocks=blocks, width=width)
    choose("gate", gate, GATES)
    choose("norm", norm, NORMS)
    choose("residual", residual, RESIDUALS)
    dilations = tuple(2**l for l in range(layers)) * blocks
    net = Net(likelihood.size(frame), dilations, width, gate, norm, residual, choose("dtype", dtype, DTYPES), remat)

    def init(key: Array) -> Variables:
        return net.init(key, one_frame(frame))

    def run(variables, batch, noise, infer, train, axis) -> tuple[NetworkOutput, Variables]:
        mutable = ["batch_stats"] if train else []
        out: Any = net.clone(train=train, axis=axis).apply(variables, batch, mutable=mutable)
        return out

    def carry(batch_size: int) -> Carry:
        return jnp.zeros((), jnp.int32), tuple(ring(batch_size, d, width) for d in dilations)

    def step(variables, carry, x_prev, noise) -> tuple[Carry, Array]:
        out: Any = net.apply(variables, carry, x_prev, method=Net.step)
        return out

    return assemble(frame, (), likelihood, init, run, carry, step)
