"""A network that reads where the pen is: sums over the line, the same in parallel, step by step and in stretches."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import swn_jax
from swn_jax.errors import SwnError
from swn_jax.models import build
from swn_jax.models.line import added, line
from swn_jax.models.reading import as_read
from swn_jax.models.text import attention
from swn_jax.types import Batch

ROWS, FRAMES = 2, 6


def points():
    return np.random.default_rng(0).normal(size=(ROWS, FRAMES, 3))


def test_what_is_read_by_numpy():
    x, before = points(), np.random.default_rng(1).normal(size=(ROWS, 1, 3))
    counts = np.full((ROWS, 1, 3), 5.0)
    given = jnp.asarray(np.concatenate([before, counts], axis=1))
    sums = before + np.cumsum(x, axis=1)
    many = np.broadcast_to(5.0 + np.arange(1, FRAMES + 1)[:, None], (ROWS, FRAMES, 1))
    wanted = np.concatenate([x, sums / (10, 50, 4), many / 200], axis=-1)
    np.testing.assert_allclose(line(jnp.asarray(x), given), wanted, rtol=1e-5)
    np.testing.assert_allclose(added(jnp.asarray(x), given)[:, 0], sums[:, -1], rtol=1e-5)
    np.testing.assert_array_equal(added(jnp.asarray(x), given)[:, 1], 11)


def some():
    """A model that reads its line, variables away from 0, a batch, and its noise."""
    likelihood = swn_jax.pen(end=True)
    model = build("swavenet", 3, inputs="line", likelihood=likelihood, layers=2, width=6, latent=2)
    variables = jax.jit(model.init)(jax.random.key(0))
    variables = jax.tree.map(lambda a: a + 0.3 * jax.random.normal(jax.random.key(a.size), a.shape), variables)
    x = jnp.asarray(points(), jnp.float32).at[..., 0].set(0.0)
    batch = Batch(x, jnp.ones((ROWS, FRAMES)), jnp.full((ROWS, 3), 0.5))
    return model, variables, batch, jax.random.normal(jax.random.key(3), (ROWS, FRAMES, 4))


def test_steps_are_the_parallel_run():
    model, variables, batch, noise = some()
    found = jax.jit(lambda: model.trace(variables, batch, noise, infer=False))()
    step = jax.jit(model.step)
    carry, before = model.carry(batch.before), batch.before
    for t in range(FRAMES):
        carry, params = step(variables, carry, before, noise[:, t])
        np.testing.assert_allclose(params, found.params[:, t], rtol=1e-3, atol=1e-4)
        before = batch.x[:, t]
    jax.tree.map(lambda a, b: np.testing.assert_allclose(a, b, rtol=1e-3, atol=1e-4), carry, found.carry)


def test_stretches_are_the_whole():
    """And points far back count: another beginning changes what is thought of the end, which no window reaches."""
    model, variables, batch, noise = some()
    terms = jax.jit(lambda batch, noise: model.terms(variables, batch, noise)[0])
    whole, joined, carry = terms(batch, noise), [], None
    for number, piece in enumerate(swn_jax.stretches(model, batch, 3)):
        given = piece if carry is None else piece._replace(carry=carry)
        found = terms(given, noise[:, 3 * number : 3 * number + 3])
        joined.append(found.log_px)
        carry = found.carry
    np.testing.assert_allclose(jnp.concatenate(joined, axis=1), whole.log_px, rtol=1e-3, atol=1e-4)
    moved = terms(batch._replace(x=batch.x.at[:, 0, 2].add(4.0)), noise)
    assert np.abs(moved.log_px[:, -1] - whole.log_px[:, -1]).min() > 1e-3


def test_the_window_over_a_text_reads_the_line_too():
    """What it shows of the last frame, by its attention over sequences, is what the model carries on."""
    most, letters = 4, 3
    model = build("lstm", 3, inputs="line", likelihood=swn_jax.pen(), condition=(most, letters), width=6, cells=5)
    variables = jax.jit(model.init)(jax.random.key(0))
    text = jnp.eye(letters)[jnp.array([[0, 1, 2, 0], [2, 2, 1, 0]])]
    batch = some()[2]._replace(condition=text.reshape(ROWS, -1))
    (_, (_, _, shown)), _ = jax.jit(lambda: model.trace(variables, batch, jnp.zeros((ROWS, FRAMES, 0))))().carry
    phi = attention(variables, letters, as_read("line", batch))
    np.testing.assert_allclose(jnp.einsum("bu,bua->ba", phi[:, -1], text), shown, rtol=1e-4)
    assert as_read("frame", batch) is batch


def test_it_is_of_points():
    with pytest.raises(SwnError, match='is of points .*: found frames of 20 numbers: take "frame"'):
        build("lstm", 20, inputs="line")
