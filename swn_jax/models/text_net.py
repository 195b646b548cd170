"""The soft window over a text: a small recurrent network that tells at each frame which letters are being written."""

from typing import Any

import jax
import jax.numpy as jnp
from flax import linen as nn
from jaxtyping import Array, Float

from swn_jax.layers.dense import HEAD_SCALE, Dense
from swn_jax.layers.recurrent import LSTM
from swn_jax.ops.alike import zeros_for
from swn_jax.types import Carry

CELLS, COMPONENTS = 100, 10  # of the LSTM; K Gaussians, as Graves has them
PACE = 1 / 25  # letters per frame at the start: a pen takes about 25 points for a letter

Text = Float[Array, "B C"] | Float[Array, "B T C"]


class Window(nn.Module):
    """A window over texts of U letters of an alphabet of A (Graves 2013, equations 46 to 51).

    With u_t = x_{t-1}, h_t = LSTM([u_t; w_{t-1}], h_{t-1}) and [a; b; k] linear in h_t, sums over K Gaussians:

        kappa_t = kappa_{t-1} + PACE exp(k),  phi(t, u) = sum exp(a) / K exp(-exp(b) (kappa_t - u)^2),
        w_t = sum_u phi(t, u) c_u, u = 1 .. U, c_u the one-hot vector of letter u, zeros after the last.

    PACE and K set where training starts: kappa at about the pace of a pen, w of about unit size.
    """

    letters: int  # A

    def setup(self) -> None:
        self.cell = LSTM(CELLS, inner=self.letters)
        self.head = Dense(3 * COMPONENTS, scale=HEAD_SCALE)

    @nn.nowrap
    def carry(self, rows: Float[Array, "B ..."]) -> Carry:
        """The state of the LSTM, kappa and w before the first frame: zeros."""
        return LSTM(CELLS, parent=None).carry(rows), zeros_for(rows, COMPONENTS), zeros_for(rows, self.letters)

    def __call__(
        self, u: Float[Array, "B T D"], text: Text, mask: Float[Array, "B T"], start: Carry | None = None
    ) -> tuple[Carry, tuple[Float[Array, "B T A"], Float[Array, "B T U"]]]:
        """The parallel run from a carry: the last one, w and phi; the carry is held where the mask is 0."""

        def held(module: "Window", carry: Carry, at: tuple[Array, Array], text: Array) -> tuple[Carry, Any]:
            projected, real = at
            new, out = module.frame(carry, projected, text)
            kept = jax.tree.map(lambda new, old: jnp.where(real[:, None] > 0, new, old), new, carry)
            return kept, out

        axis: Any = nn.broadcast if text.ndim == 2 else 1
        loop = nn.scan(held, variable_broadcast="params", split_rngs={"params": False}, in_axes=(1, axis), out_axes=1)
        return loop(self, self.carry(u) if start is None else start, (self.cell.project(u), mask), text)

    def step(
        self, carry: Carry, u: Float[Array, "B D"], text: Float[Array, "B C"]
    ) -> tuple[Carry, tuple[Float[Array, "B A"], Float[Array, "B U"]]]:
        """One frame of the stepped run: the new carry, w and phi."""
        return self.frame(carry, self.cell.project(u), text)

    def frame(
        self, carry: Carry, projected: Float[Array, "B G"], text: Float[Array, "B C"]
    ) -> tuple[Carry, tuple[Float[Array, "B A"], Float[Array, "B U"]]]:
        """One frame of both runs: the new carry, w and phi."""
        state, kappa, w = carry
        state, h = self.cell(state, projected, w)
        a, b, k = jnp.split(self.head(h), 3, axis=-1)
        kappa = kappa + PACE * jnp.exp(k)
        letters = text.reshape(text.shape[0], -1, self.letters)
        places = jnp.arange(1, letters.shape[1] + 1, dtype=kappa.dtype)
        far = (kappa[..., None] - places.reshape(1, 1, -1)) ** 2
        phi = jnp.exp(a[..., None] - jnp.exp(b)[..., None] * far).mean(1)
        w = (phi[..., None] * letters).sum(1)
        return (state, kappa, w), (w, phi)


def passed(phi: Float[Array, "*B U"], text: Text) -> Float[Array, "*B 1"]:
    """The share of phi that lies beyond the last letter; 1 where the window looks at no place at all."""
    known = text.reshape(*text.shape[:-1], phi.shape[-1], -1).any(-1)
    known = known if known.ndim == phi.ndim else known[:, None]
    total, nothing = phi.sum(-1, keepdims=True), 1e-6
    return ((phi * ~known).sum(-1, keepdims=True) + nothing) / (total + nothing)
