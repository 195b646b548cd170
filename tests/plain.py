"""The parts of the models a second time in plain numpy, and what compares a model with such a copy of it.

A copy is a function of the weights and of one sequence without padding, written frame by frame from the equations.
"""

import jax
import jax.numpy as jnp
import numpy as np

from swn_jax.types import Batch, Model

ROWS, FRAMES = 3, 7
LENGTHS = (7, 4, 1)


def scattered(init, *args):
    """Weights of the shapes that `init` gives, in general position; vectors positive."""
    rng = np.random.default_rng(0)
    return jax.tree.map(
        lambda a: 0.2 + np.abs(rng.normal(size=a.shape)) if a.ndim == 1 else
        0.6 * rng.normal(size=a.shape) / np.sqrt(a.shape[0]), jax.eval_shape(init, jax.random.key(0), *args),
    )  # fmt: skip


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def relu(x):
    return np.maximum(x, 0)


def dense(p, x):
    return x @ p["kernel"] + p["bias"]


def head(p, x):
    return dense(p["Dense_1"], relu(dense(p["Dense_0"], x)))


def hidden(p, x):
    for i in range(len(p)):
        x = relu(dense(p[f"Dense_{i}"], x))
    return x


def lstm(p, carry, x, *inner):
    """(h, c) of the next frame."""
    h, c = carry
    i, f, g, o = np.split(dense(p["inputs"], x) + np.concatenate([h, *inner]) @ p["recurrent"], 4)
    c = sigmoid(f + 1) * c + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(c), c


def zeros(cells):
    return np.zeros(cells), np.zeros(cells)


def bounded(raw, low, high):
    return low + np.logaddexp(0, high - np.logaddexp(0, high - raw) - low)


def gauss(out, low=-8, high=8):
    """Mean and log standard deviation."""
    mean, raw = np.split(out, 2)
    return mean, bounded(raw, low, high)


def log_normal(x, mean, log):
    return -log - 0.5 * ((x - mean) / np.exp(log)) ** 2 - 0.5 * np.log(2 * np.pi)


def log_px(params, x):
    """Of one frame under the Gaussian with its bounds of 12."""
    return log_normal(x, *gauss(params, -12, 12)).sum()


def drawn(q, p, e):
    """z, KL(q || p) and log q(z) - log p(z); q is p where there is no posterior."""
    (m_q, s_q), (m_p, s_p) = q, p
    z = m_q + np.exp(s_q) * e
    kl = s_p - s_q + (np.exp(2 * s_q) + (m_q - m_p) ** 2) / (2 * np.exp(2 * s_p)) - 0.5
    return z, kl, log_normal(z, m_q, s_q) - log_normal(z, m_p, s_p)


def sequences(model: Model):
    """A batch of unequal lengths and noise, in float64."""
    rng = np.random.default_rng(5)
    mask = (np.arange(FRAMES) < np.array(LENGTHS)[:, None]).astype(np.float64)
    batch = Batch(rng.normal(size=(ROWS, FRAMES, model.frame)), mask, rng.normal(size=(ROWS, model.frame)))
    return batch, rng.normal(size=(ROWS, FRAMES, sum(model.latents)))


def agrees(model: Model, copy, infer: bool) -> None:
    """log_px, kl, ratio and aux of the model are those of `copy(params, x, before, noise, infer)`, frame by frame."""
    batch, noise = sequences(model)
    single = jax.tree.map(lambda a: jnp.asarray(a, jnp.float32), (batch, noise))
    variables = scattered(model.init)
    rows = zip(batch.x, batch.before, noise, LENGTHS, strict=True)
    frames = [f for x, before, e, n in rows for f in copy(variables["params"], x[:n], before, e[:n], infer)]
    expected = [np.stack(part) for part in zip(*frames, strict=True)]

    @jax.jit
    def run(variables, batch, noise):
        terms, _ = model.terms(variables, batch, noise, infer=infer)
        return terms.log_px, terms.kl, terms.log_ratio, terms.aux

    def compare(found, tolerance):
        for a, b in zip(found, expected, strict=False):
            np.testing.assert_allclose(np.asarray(a)[batch.mask > 0], b, rtol=tolerance, atol=tolerance)

    compare(run(jax.tree.map(lambda a: jnp.asarray(a, jnp.float32), variables), *single), 1e-5)
    with jax.enable_x64(True):
        compare(run(*jax.tree.map(jnp.asarray, (variables, batch, noise))), 1e-10)


def divergence_sees(model: Model) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Which [t, u] of x, [t, u] of the noise and [t] of `before` change the KL of the first row at t, by gradient.

    No other row may.
    """
    batch, noise = jax.tree.map(lambda a: jnp.asarray(a, jnp.float32), sequences(model))
    variables = jax.tree.map(lambda a: jnp.asarray(a, jnp.float32), scattered(model.init))

    def kl(x, noise, before):
        return model.terms(variables, Batch(x, jnp.ones_like(batch.mask), before), noise)[0].kl[0].sum(-1)

    parts = [np.asarray(a) for a in jax.jit(jax.jacrev(kl, (0, 1, 2)))(batch.x, noise, batch.before)]
    for part in parts:
        assert not part[:, 1:].any()
    by_x, by_noise, by_before = (part[:, 0].any(axis=-1) for part in parts)
    return by_x, by_noise, by_before


def count(model: Model) -> int:
    """The number of parameters."""
    return sum(a.size for a in jax.tree.leaves(jax.eval_shape(model.init, jax.random.key(0))))


def affine(a: int, b: int) -> int:
    """The number of parameters of a layer."""
    return a * b + b


def lstm_size(inputs: int, cells: int) -> int:
    """The number of parameters of a cell: one bias a gate."""
    return affine(inputs + cells, 4 * cells)
