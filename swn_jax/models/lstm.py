"""The LSTM baseline of section 4 ("RNN"), as in the released code: deterministic, over frames.

     generative model                                 inference network

     x[t-1] --> e[t] --> h[t] --> p(x[t])             none: log p(x) is exact
                          ^
                          |
                        h[t-1]

With u_t = x_{t-1}:
    e_t = relu(W_2 relu(W_1 u_t))
    h_t = LSTM(e_t, h_{t-1}), stacked where there are several layers
    p(x_t | x_<t) from h_t through two layers with relu and a linear one

With `direct` n > 0 the first n parameters of the density are those plus V relu(W u_t + a) + b.
"""

from collections.abc import Callable
from typing import Any

import jax.numpy as jnp
from flax import linen as nn
from jaxtyping import Array, Float

from swn_jax.dists.likelihood import gaussian
from swn_jax.errors import SwnError
from swn_jax.layers.dense import Head
from swn_jax.layers.mlp import Hidden
from swn_jax.layers.recurrent import LSTM, scan_time
from swn_jax.models.base import DTYPES, NetworkOutput, choose, positive
from swn_jax.models.recurrent import record
from swn_jax.ops.time import inputs
from swn_jax.recorded import recorded
from swn_jax.types import Batch, Carry, Likelihood, Model


class Net(nn.Module):
    """The network: `through` runs a cell over all frames in the parallel run, and over one frame in `step`."""

    outputs: int
    width: int
    cells: int
    layers: int
    dtype: Any
    direct: int = 0

    def setup(self) -> None:
        self.embed = Hidden(self.width, 2, self.dtype)
        self.stack = [LSTM(self.cells, dtype=self.dtype) for _ in range(self.layers)]
        self.emission = Hidden(self.width, 1, self.dtype)
        self.head = Head(self.width, self.outputs, self.dtype)
        if self.direct:
            self.straight = Head(self.width, self.direct, self.dtype)

    def carry(self, rows: Float[Array, "B ..."]) -> Carry:
        """The states of all layers before the first frame: zeros."""
        return tuple(cell.carry(rows) for cell in self.stack)

    def generate(self, u: Float[Array, "*S D"], through: Callable[[int, Array], Array]) -> Float[Array, "*S P"]:
        """Likelihood parameters; `through(l, projected)` is the output of the cell of layer l."""
        h = self.embed(u)
        for l, cell in enumerate(self.stack):
            h = through(l, cell.project(h))
        params = self.head(self.emission(h))
        if not self.direct:
            return params
        return jnp.concatenate([params[..., : self.direct] + self.straight(u), params[..., self.direct :]], axis=-1)

    def __call__(self, batch: Batch, noise: Array, infer: bool = True, read: Array | None = None) -> NetworkOutput:
        """The parallel run over whole sequences."""
        states = list(self.carry(batch.x) if batch.carry is None else batch.carry)

        def through(l: int, projected: Array) -> Array:
            states[l], h = scan_time(self.stack[l].__call__, states[l], projected, batch.mask)
            return h

        params = self.generate(inputs(batch.x, batch.before, read), through)
        return NetworkOutput(params, [], tuple(states))

    def step(self, carry: Carry, u: Array, noise: Array) -> tuple[Carry, Array]:
        """One frame of the stepped run."""
        states = list(carry)

        def through(l: int, projected: Array) -> Array:
            states[l], h = self.stack[l](states[l], projected)
            return h

        params = self.generate(u, through)
        return tuple(states), params


@recorded
def lstm(
    frame: int,
    *,
    width: int = 1024,
    cells: int = 512,
    layers: int = 1,
    likelihood: Likelihood | None = None,
    dtype: str = "float32",
    direct: int = 0,
) -> Model:
    """An LSTM without latent variables, so that `log_px` is the exact likelihood.

    Args:
      frame: D, the width of a frame.
      width: units of the layers before and after the cells.
      cells: units of each LSTM layer; the defaults are the released code's for TIMIT (Blizzard: 512 and 1024).
      layers: stacked LSTM layers.
      likelihood: the density of a frame; the diagonal Gaussian with its floor at -12 when None.
      dtype: "float32", or "bfloat16" for the operands of matrix products; all else stays float32.
      direct: n, the first parameters of the density that what is read reaches past the cells too: 2 are the states of
        a pen that ends. Few frames end a drawing, and a network of its own learns from them where the cells do not.
    Raises:
      SwnError: for sizes below 1, more `direct` parameters than there are, and unknown names.
    """
    likelihood = gaussian() if likelihood is None else likelihood
    positive(frame=frame, width=width, cells=cells, layers=layers)
    size = likelihood.size(frame)
    if not 0 <= direct <= size:
        raise SwnError(f"found direct={direct}, wanted 0 to {size}, parameters of the density: 2 for a pen with ends")
    net = Net(size, width, cells, layers, choose("dtype", dtype, DTYPES), direct)
    return record(frame, (), likelihood, net)
