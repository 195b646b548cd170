"""Recurrent cells, and the loop over time that all recurrent models share.

Inputs that are known before the loop enter a cell through `project`, one matrix product for all frames; only the
products with values computed within the loop are left inside it.
"""

from typing import Any

import jax
import jax.numpy as jnp
from flax import linen as nn
from jaxtyping import Array, Float

from swn_jax.layers.dense import Dense, kernel_init
from swn_jax.ops.alike import zeros_for
from swn_jax.ops.loop import loop
from swn_jax.ops.matmul import matmul


def scan_time(
    frame: Any, carry: Any, inputs: Any, mask: Float[Array, "B T"], *, reverse: bool = False
) -> tuple[Any, Any]:
    """Scan `carry, y_t = frame(carry, inputs_t)` over time, keeping the carry unchanged where the mask is 0.

    A reverse run starts in the padding; its carry is unchanged when it reaches the last real frame.

    Args:
      frame: a method of a flax module, for one frame: (carry, inputs [B, ...]) -> (carry, outputs [B, ...]).
      carry: a tree of [B, C], the state before the first frame (in reverse, the last one).
      inputs: a tree of [B, T, ...]; zeros in the padding, since NaN there would reach the gradient.
      mask: 1 where a frame is real.
      reverse: whether to run from the last frame to the first.
    Returns:
      The last carry and the stacked outputs, a tree of [B, T, ...].
    """

    module, method = frame.__self__, frame.__func__

    def held(module: nn.Module, carry: Any, at: tuple[Any, Array]) -> tuple[Any, Any]:
        now, real = at
        new, out = method(module, carry, now)
        return jax.tree.map(lambda new, old: jnp.where(real[:, None] > 0, new, old), new, carry), out

    if module.is_initializing():
        scan = nn.scan(held, variable_broadcast="params", split_rngs={"params": False}, in_axes=1, out_axes=1)
        return scan(module, carry, (inputs, mask))
    alone = module.clone(parent=None)

    def body(params: Any, carry: Any, at: tuple[Any, Array]) -> tuple[Any, Any]:
        return alone.apply({"params": params}, carry, at, method=held)

    by_time = jax.tree.map(lambda x: x.swapaxes(0, 1), (inputs, mask))
    carry, out = loop(body, module.variables["params"], carry, by_time, reverse=reverse)
    return carry, jax.tree.map(lambda y: y.swapaxes(0, 1), out)


def orthogonal(gates: int, inner: int = 0) -> Any:
    """Initialise recurrent weights: an orthogonal block per gate, and below them `inner` rows of normal weights."""

    def init(key: Array, shape: tuple[int, int]) -> Float[Array, "H G"]:
        size = shape[1] // gates
        keys = jax.random.split(key, gates + 1)
        blocks = jnp.concatenate(
            [nn.initializers.orthogonal(dtype=jnp.float32)(k, (size, size)) for k in keys[1:]], axis=1
        )
        return jnp.concatenate([blocks, kernel_init()(keys[0], (inner, shape[1]))]) if inner else blocks

    return init


class LSTM(nn.Module):
    """An LSTM cell (Hochreiter and Schmidhuber 1997; Gers et al. 2000).

    `c_t = f * c_{t-1} + i * g`, `h_t = o * tanh(c_t)`, with `[i f g o] = W x_t + U [h_{t-1}; inner_t] + b`, i, f and o
    through a sigmoid and g through tanh. One is added to the forget gate, so that it starts open (Jozefowicz et al.
    2015). A further input of width `inner` may be computed within the loop.
    """

    size: int
    inner: int = 0
    dtype: Any = jnp.float32

    def setup(self) -> None:
        self.inputs = Dense(4 * self.size, self.dtype)
        self.recurrent = self.param("recurrent", orthogonal(4, self.inner), (self.size + self.inner, 4 * self.size))

    def project(self, x: Float[Array, "*S C"]) -> Float[Array, "*S G"]:
        """`W x + b`, for all frames at once."""
        return self.inputs(x)

    @nn.nowrap
    def carry(self, rows: Float[Array, "B ..."]) -> tuple[Float[Array, "B H"], Float[Array, "B H"]]:
        """The state (h, c) before the first frame: zeros."""
        return zeros_for(rows, self.size), zeros_for(rows, self.size)

    def __call__(
        self,
        carry: tuple[Float[Array, "B H"], Float[Array, "B H"]],
        projected: Float[Array, "B G"],
        *inner: Float[Array, "B _"],
    ) -> tuple[tuple[Float[Array, "B H"], Float[Array, "B H"]], Float[Array, "B H"]]:
        h, c = carry
        return lstm_update(c, projected + matmul(jnp.concatenate([h, *inner], axis=-1), self.recurrent, self.dtype))


def lstm_update(
    c: Float[Array, "B H"], gates: Float[Array, "B G"]
) -> tuple[tuple[Float[Array, "B H"], Float[Array, "B H"]], Float[Array, "B H"]]:
    """The new state (h, c) of an LSTM and its output h, from the previous c and the gates [i f g o] before sigmoids."""
    i, f, g, o = jnp.split(gates, 4, axis=-1)
    c = jax.nn.sigmoid(f + 1) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
    h = jax.nn.sigmoid(o) * jnp.tanh(c)
    return (h, c), h


class GRU(nn.Module):
    """A GRU cell, `h_t = (1 - u) * h_{t-1} + u * tanh(W_n x_t + r * (U_n h_{t-1}) + b_n)` (Cho et al. 2014).

    `[r u] = sigmoid(W x_t + U h_{t-1} + b)`; the reset gate r acts on the product with U_n, so that one product with
    h_{t-1} serves all three.
    """

    size: int
    dtype: Any = jnp.float32

    def setup(self) -> None:
        self.inputs = Dense(3 * self.size, self.dtype)
        self.recurrent = self.param("recurrent", orthogonal(3), (self.size, 3 * self.size))

    def project(self, x: Float[Array, "*S C"]) -> Float[Array, "*S G"]:
        """`W x + b`, for all frames at once."""
        return self.inputs(x)

    @nn.nowrap
    def carry(self, rows: Float[Array, "B ..."]) -> Float[Array, "B H"]:
        """The state h before the first frame: zeros."""
        return zeros_for(rows, self.size)

    def __call__(
        self, h: Float[Array, "B H"], projected: Float[Array, "B G"]
    ) -> tuple[Float[Array, "B H"], Float[Array, "B H"]]:
        r, u, n = jnp.split(projected, 3, axis=-1)
        r_h, u_h, n_h = jnp.split(matmul(h, self.recurrent, self.dtype), 3, axis=-1)
        u = jax.nn.sigmoid(u + u_h)
        h = (1 - u) * h + u * jnp.tanh(n + jax.nn.sigmoid(r + r_h) * n_h)
        return h, h
