"""Recurrent cells and the loop over time against numpy, frame by frame."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import linen as nn

from swn_jax.layers.recurrent import GRU, LSTM, orthogonal, scan_time

ROWS, FRAMES, WIDTH, SIZE, INNER = 3, 6, 2, 4, 3
RNG = np.random.default_rng(0)
X = jnp.asarray(RNG.normal(size=(ROWS, FRAMES, WIDTH)).astype(np.float32))
LENGTHS = np.array([6, 4, 1])
MASK = jnp.asarray((np.arange(FRAMES) < LENGTHS[:, None]).astype(np.float32))
CELLS = pytest.mark.parametrize("kind", [LSTM, GRU])
WAYS = pytest.mark.parametrize("reverse", [False, True])


class Plain(nn.Module):
    """One cell over whole sequences."""

    cell: nn.Module
    reverse: bool = False

    def __call__(self, x, mask):
        projected = self.cell.project(x)
        return scan_time(self.cell.__call__, self.cell.carry(x), projected, mask, reverse=self.reverse)


class Drawing(nn.Module):
    """A loop that makes an input of its own cell, from the state and from noise."""

    def setup(self):
        self.cell = LSTM(SIZE, INNER)
        self.make = nn.Dense(INNER)

    def frame(self, carry, at):
        projected, noise = at
        z = self.make(carry[0]) + noise
        carry, h = self.cell(carry, projected, z)
        return carry, (h, z)

    def __call__(self, x, noise, mask):
        return scan_time(self.frame, self.cell.carry(x), (self.cell.project(x), noise), mask)[1]


def scattered(module, *args):
    """Weights in general position, in float64."""
    rng = np.random.default_rng(1)
    return jax.tree.map(
        lambda a: rng.normal(size=a.shape), jax.eval_shape(module.init, jax.random.key(0), *args)
    )  # fmt: skip


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def lstm(p, carry, x, *inner):
    h, c = carry
    gates = x @ p["inputs"]["kernel"] + p["inputs"]["bias"] + np.concatenate([h, *inner], -1) @ p["recurrent"]
    i, f, g, o = (gates[:, k * SIZE : (k + 1) * SIZE] for k in range(4))
    c = sigmoid(f + 1) * c + sigmoid(i) * np.tanh(g)
    h = sigmoid(o) * np.tanh(c)
    return (h, c), h


def gru(p, h, x):
    (w_r, w_u, w_n), (u_r, u_u, u_n), (b_r, b_u, b_n) = (
        np.split(a, 3, axis=-1) for a in (p["inputs"]["kernel"], p["recurrent"], p["inputs"]["bias"])
    )
    r, u = sigmoid(x @ w_r + h @ u_r + b_r), sigmoid(x @ w_u + h @ u_u + b_u)
    h = (1 - u) * h + u * np.tanh(x @ w_n + r * (h @ u_n) + b_n)
    return h, h


@CELLS
@WAYS
def test_a_cell_over_real_frames_only(kind, reverse):
    """Each sequence alone, without its padding, in the order of the run."""
    net = Plain(kind(SIZE), reverse)
    variables = scattered(net, X, MASK)
    p = variables["params"]["cell"]
    with jax.enable_x64(True):
        wide = jax.tree.map(lambda a: jnp.asarray(np.asarray(a), jnp.float64), (variables, X, MASK))
        last, out = jax.jit(net.apply)(*wide)
    for row, length in enumerate(LENGTHS):
        carry = np.zeros((1, SIZE)) if kind is GRU else (np.zeros((1, SIZE)), np.zeros((1, SIZE)))
        for t in range(length)[:: -1 if reverse else 1]:
            carry, h = (gru if kind is GRU else lstm)(p, carry, np.asarray(X, np.float64)[row, t][None])
            np.testing.assert_allclose(out[row, t][None], h, rtol=1e-10, atol=1e-12)
        jax.tree.map(lambda a, b, row=row: np.testing.assert_allclose(a[row][None], b, rtol=1e-10), last, carry)


def test_an_input_made_within_the_loop():
    net = Drawing()
    noise = jnp.asarray(RNG.normal(size=(ROWS, FRAMES, INNER)).astype(np.float32))
    variables = scattered(net, X, noise, MASK)
    p = variables["params"]
    with jax.enable_x64(True):
        wide = jax.tree.map(lambda a: jnp.asarray(np.asarray(a), jnp.float64), (variables, X, noise, MASK))
        out, drawn = jax.jit(net.apply)(*wide)
    carry = (np.zeros((ROWS, SIZE)), np.zeros((ROWS, SIZE)))
    for t in range(FRAMES):
        z = carry[0] @ p["make"]["kernel"] + p["make"]["bias"] + np.asarray(noise)[:, t]
        carry, h = lstm(p["cell"], carry, np.asarray(X, np.float64)[:, t], z)
        real = np.asarray(MASK)[:, t] > 0
        np.testing.assert_allclose(drawn[real, t], z[real], rtol=1e-10)
        np.testing.assert_allclose(out[real, t], h[real], rtol=1e-10)


@CELLS
@WAYS
def test_padding_is_invisible_to_values_and_gradients(kind, reverse):
    net = Plain(kind(SIZE), reverse)
    variables = net.init(jax.random.key(0), X, MASK)

    def run(variables, x, mask):
        last, out = net.apply(variables, x, mask)
        return jnp.where(mask[..., None] > 0, out, 0).sum() + sum(a.sum() for a in jax.tree.leaves(last)), out

    def shown(fill):
        grads, out = jax.jit(jax.grad(run, has_aux=True))(variables, jnp.where(MASK[..., None] > 0, X, fill), MASK)
        return grads, np.asarray(out)[np.asarray(MASK) > 0]

    expected = shown(0.0)
    jax.tree.map(lambda a, b: np.testing.assert_array_equal(a, b, strict=True), shown(7.0), expected)
    row = jax.jit(net.apply)(variables, X[1:2, :4], jnp.ones((1, 4)))[1]
    np.testing.assert_allclose(row[0], expected[1][6:10], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(("cell", "gates"), [(LSTM(SIZE), 4), (GRU(SIZE), 3)], ids=["LSTM", "GRU"])
def test_every_gate_starts_orthogonal(cell, gates):
    kernel = np.asarray(Plain(cell).init(jax.random.key(0), X, MASK)["params"]["cell"]["recurrent"])
    assert kernel.shape == (SIZE, gates * SIZE)
    blocks = np.split(kernel, gates, axis=1)
    for block in blocks:
        np.testing.assert_allclose(block.T @ block, np.eye(SIZE), atol=1e-5)
    assert not np.allclose(blocks[0], blocks[1])


def test_inner_rows_keep_the_scale_of_their_input():
    kernel = orthogonal(4, 100)(jax.random.key(0), (104, 16))
    np.testing.assert_allclose(np.std(kernel[4:]), 0.1, rtol=0.05)
    np.testing.assert_allclose(np.std(kernel[:4]), 0.5, rtol=0.05)


def test_the_forget_gate_starts_open():
    cell = LSTM(SIZE)
    zeros = jax.tree.map(
        jnp.zeros_like, cell.init(jax.random.key(0), cell.carry(jnp.zeros((1, SIZE))), jnp.zeros((1, 4 * SIZE)))
    )
    (_, c), _ = cell.apply(zeros, (jnp.zeros((1, SIZE)), jnp.ones((1, SIZE))), jnp.zeros((1, 4 * SIZE)))
    np.testing.assert_allclose(c, sigmoid(1.0), rtol=1e-6)


def test_the_projection_stays_outside_of_the_loop():
    """No product with the frames of x inside of the scan: it has the recurrent one alone."""
    net = Plain(LSTM(SIZE))
    variables = net.init(jax.random.key(0), X, MASK)
    jaxpr = jax.make_jaxpr(net.apply)(variables, X, MASK).jaxpr

    assert sum(eqn.primitive.name == "dot_general" for eqn in jaxpr.eqns) == 1
    (loop,) = (eqn for eqn in jaxpr.eqns if "scan[" in str(eqn))
    assert str(loop).count("dot_general") == 1


@pytest.mark.parametrize("kind", [LSTM, GRU])
def test_of_a_frame_the_state_and_its_product_are_kept_for_the_gradient(kind):
    """What is kept takes a kernel of its own in each frame; the rest is computed once more.

    Of the LSTM c, h, which the product reads, and the product; of the GRU h and the product, and by older jax h twice.
    """
    module = Plain(kind(SIZE))
    params = module.init(jax.random.key(0), X, MASK)
    jaxpr = jax.make_jaxpr(lambda params: jax.vjp(lambda params: module.apply(params, X, MASK)[1], params)[1])(params)
    (loop,) = (eqn for eqn in jaxpr.jaxpr.eqns if eqn.primitive.name == "scan")
    stacked = [out for out in loop.outvars if out.aval.shape[:2] == (FRAMES, ROWS)]
    kept = 3 if kind is LSTM or jax.__version_info__ < (0, 11) else 2
    assert len(stacked) == kept + 1  # and what comes out
