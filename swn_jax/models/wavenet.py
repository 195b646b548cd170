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

from typing import Any

import jax.numpy as jnp
from jaxtyping import Array

from swn_jax.dists.likelihood import gaussian
from swn_jax.layers.gated import GATES
from swn_jax.layers.norm import NORMS
from swn_jax.models.base import DTYPES, NetworkOutput, assemble, choose, positive
from swn_jax.models.frames import one_frame
from swn_jax.models.fresh import initialized
from swn_jax.models.wavenet_net import Net
from swn_jax.ops.ring import ring
from swn_jax.recorded import recorded
from swn_jax.types import Batch, Carry, Likelihood, Model, Variables

RESIDUALS = dict.fromkeys(("linear", "identity"))


@recorded
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
    """WaveNet without latent variables, so that `log_px` is the exact likelihood.

    Args:
      frame: D, the width of a frame.
      layers: L of each block, with dilations 1, 2, ..., 2^(L-1).
      blocks: the number of repetitions of the dilations.
      width: channels.
      gate: "sigmoid", or "linear" as in the released code.
      norm: "layer", "batch" or "none", on filter and gate; the released code has no norm.
      residual: "linear" adds R d as the released code does, "identity" d itself (van den Oord et al. 2016).
      likelihood: the density of a frame; the diagonal Gaussian with its floor at -12 when None.
      dtype: "float32", or "bfloat16" for the operands of matrix products; all else stays float32.
      remat: whether to recompute each layer in the backward pass, which takes less memory and more time.
    Raises:
      SwnError: for sizes below 1 and unknown names.
    """
    likelihood = gaussian() if likelihood is None else likelihood
    positive(frame=frame, layers=layers, blocks=blocks, width=width)
    choose("gate", gate, GATES)
    choose("norm", norm, NORMS)
    choose("residual", residual, RESIDUALS)
    dilations = tuple(2**l for l in range(layers)) * blocks
    net = Net(likelihood.size(frame), dilations, width, gate, norm, residual, choose("dtype", dtype, DTYPES), remat)

    def init(key: Array) -> Variables:
        return initialized(net, key, one_frame(frame))

    def run(
        variables: Variables,
        batch: Batch,
        noise: Array,
        infer: bool,
        train: bool,
        axis: str | None,
        read: Array | None = None,
    ) -> tuple[NetworkOutput, Variables]:
        mutable = ["batch_stats"] if train else []
        out: Any = net.clone(train=train, axis=axis).apply(variables, batch, read, mutable=mutable)
        return out

    def carry(before: Array) -> Carry:
        return jnp.zeros((), jnp.int32), tuple(ring(before, d, width) for d in dilations)

    def step(variables: Variables, carry: Carry, u: Array, noise: Array) -> tuple[Carry, Array]:
        out: Any = net.apply(variables, carry, u, method=Net.step)
        return out

    return assemble(frame, (), likelihood, init, run, carry, step)
