"""Stochastic WaveNet (Lai et al. 2018, sections 3.1 and 3.2).

     generative model, one layer                      inference network

     d[l-1] at t-D   d[l-1] at t                      b[l] at t
               \\     |                                 |      \\
               f1 (gated)                          b[l+1] at t   b[l+1] at t+D'
                  |                                    :            :
                  h --> prior N(mu(h), sigma(h))      x[t]         x[t+D']
                  | \\
                  z <-- posterior N(mu'(h,b), sigma'(h,b))
                  |
              d[l] = f2(h, z)   and   skip(h, z) --> p(x[t])

With u_t = x_{t-1} and d_{t,0} = relu(W u_t), for l = 1 .. L and dilations D_l = 2^(l-1) (eq. 4 starts them at 2):
    h_{t,l} = f1(d_{t-D_l,l-1}, d_{t,l-1})      d_{t,l} = f2(h_{t,l}, z_{t,l})
    b_{t,l} = f(b_{t,l+1}, b_{t+D_(l+1),l+1})   sees s(t,l), exactly the frames that z_{t,l} influences (eq. 7, 8)
The latent variables stand in the top S of the L layers (section 4.3).
"""

from collections.abc import Callable
from typing import Any

import jax.numpy as jnp
from jaxtyping import Array

from swn_jax.dists.likelihood import gaussian
from swn_jax.errors import SwnError
from swn_jax.layers.gated import GATES
from swn_jax.layers.norm import NORMS
from swn_jax.models.base import DTYPES, NetworkOutput, assemble, choose, pair, positive
from swn_jax.models.frames import one_frame
from swn_jax.models.fresh import initialized
from swn_jax.models.swavenet_net import Net
from swn_jax.ops.ring import ring
from swn_jax.recorded import recorded
from swn_jax.types import Batch, Carry, Likelihood, Model, Variables

LOOKAHEADS: dict[str, Callable[[list[int]], list[int]]] = {  # dilations, lowest first -> frames ahead, top first
    "exact": lambda d: [0, *d[:0:-1]],  # s(t,l) to the frame
    "paper": lambda d: [2 * d[-1], *d[:0:-1]],  # b_{t,L} = f(x_t, x_{t+2D_L}), as stated below eq. 8
    "released": lambda d: d[::-1],  # the authors' code: one dilation more than needed on each layer
}

FORMS = {"paper": False, "released": True}


@recorded
def swavenet(
    frame: int,
    *,
    layers: int = 5,
    width: int = 512,
    latent: int = 100,
    stochastic: int | None = None,
    hidden: int | None = None,
    form: str = "paper",
    gate: str = "sigmoid",
    norm: str = "layer",
    residual: bool = True,
    lookahead: str = "exact",
    log_scale_bounds: tuple[float, float] = (-8.0, 8.0),
    residual_mean: bool = True,
    likelihood: Likelihood | None = None,
    dtype: str = "float32",
    remat: bool = False,
) -> Model:
    """Stochastic WaveNet; the defaults are the paper's sizes for TIMIT.

    Args:
      frame: D, the width of a frame.
      layers: L, with dilations 1, 2, ..., 2^(L-1).
      width: channels of d, h and b.
      latent: dimensions of the latent variable of each stochastic layer.
      stochastic: S, the number of layers with latent variables, from the top; all when None.
      hidden: hidden units of the prior's and the posterior's perceptrons; `width` when None, 0 for linear maps of relu.
      form: "paper", or "released" for the network of the authors' code: one embedding for both networks, without
        its relu in the reversed one; b_{t,l} from a perceptron of the reversed layer and the embedded x_t; perceptrons
        for f2 and the skips, and a further skip from the embedding; an affine map in place of the last hidden layer.
      gate: "sigmoid", or "linear" as in the released code.
      norm: "layer", "batch" or "none", on filter, gate and residual.
      residual: whether the gated unit adds a linear map of its input.
      lookahead: "exact" conditions b_{t,l} on s(t,l); "paper" and "released" on frames further ahead too.
      log_scale_bounds: least and largest log standard deviation of prior and posterior, nats.
      residual_mean: whether the posterior's mean is the prior's plus a correction (Fraccaro et al. 2016).
      likelihood: the density of a frame; the diagonal Gaussian with its floor at -12 when None.
      dtype: "float32", or "bfloat16" for the operands of matrix products; all else stays float32.
      remat: whether to recompute each layer in the backward pass, which takes less memory and more time.
    Raises:
      SwnError: for sizes out of range and unknown names.
    """
    stochastic = layers if stochastic is None else stochastic
    likelihood = gaussian() if likelihood is None else likelihood
    positive(frame=frame, layers=layers, width=width, latent=latent)
    if not 0 <= stochastic <= layers:
        raise SwnError(f"stochastic={stochastic} of {layers} layers: wanted 0 to {layers}")
    if hidden is not None and hidden < 0:
        raise SwnError(f"hidden={hidden}: wanted 0 or more")
    choose("gate", gate, GATES)
    choose("norm", norm, NORMS)
    dilations = [2**l for l in range(layers)]
    net = Net(
        outputs=likelihood.size(frame), dilations=tuple(dilations), width=width,
        offsets=tuple(choose("lookahead", lookahead, LOOKAHEADS)(dilations)),
        latents=(0,) * (layers - stochastic) + (latent,) * stochastic, hidden=width if hidden is None else hidden,
        released=choose("form", form, FORMS),
        gate=gate, norm=norm, residual=residual, log_scale_bounds=pair(log_scale_bounds), residual_mean=residual_mean,
        dtype=choose("dtype", dtype, DTYPES), remat=remat,
    )  # fmt: skip

    def init(key: Array) -> Variables:
        return initialized(net, key, one_frame(frame), jnp.zeros((1, 1, latent * stochastic), jnp.float32))

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
        out: Any = net.clone(train=train, axis=axis).apply(variables, batch, noise, infer, read, mutable=mutable)
        return out

    def carry(before: Array) -> Carry:
        return jnp.zeros((), jnp.int32), tuple(ring(before, d, width) for d in dilations)

    def step(variables: Variables, carry: Carry, u: Array, noise: Array) -> tuple[Carry, Array]:
        out: Any = net.apply(variables, carry, u, noise, method=Net.step)
        return out

    latents, ahead = (latent,) * stochastic, sum(net.offsets[:stochastic])
    return assemble(frame, latents, likelihood, init, run, carry, step, ahead)
