"""What depends on the weights alone is computed before a loop, and nothing else changes."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

from swn_jax.ops.once import once, scan_with

RNG = np.random.default_rng(0)
WEIGHTS = {"kernel": jnp.asarray(RNG.normal(size=(3, 3)), jnp.float32), "bias": jnp.ones(3)}
X = jnp.asarray(RNG.normal(size=(2, 3)), jnp.float32)
SHIFT = jnp.asarray(RNG.normal(size=(3,)), jnp.float32)  # which `frame` closes over


def frame(weights, x, key):
    """A cast and a transpose of the weights, a bias that is broadcast, a choice by platform, and noise."""
    kernel = weights["kernel"].T.astype(jnp.bfloat16).astype(jnp.float32) + jnp.broadcast_to(SHIFT, (3, 3))
    moved = lax.platform_dependent(x, kernel, cuda=lambda x, k: x @ k - 1, default=lambda x, k: x @ k)
    x = jnp.tanh(moved + jnp.broadcast_to(weights["bias"], x.shape))
    return x, (x + jax.random.normal(key, x.shape), weights["bias"])


def names(equations):
    return [equation.primitive.name for equation in equations]


def test_values_are_those_of_the_function():
    key = jax.random.key(1)
    found, wanted = once(frame, WEIGHTS, X, key)(X, key), frame(WEIGHTS, X, key)
    for one, other in zip(jax.tree.leaves(found), jax.tree.leaves(wanted), strict=True):
        np.testing.assert_array_equal(one, other)


def test_weights_are_cast_once_before_the_loop():
    keys = jax.random.split(jax.random.key(0), 4)
    jaxpr = jax.make_jaxpr(lambda weights: scan_with(frame, weights, X, keys))(WEIGHTS).jaxpr
    (loop,) = (equation for equation in jaxpr.eqns if equation.primitive.name == "scan")
    inside = names(loop.params["jaxpr"].jaxpr.eqns)
    assert {"transpose", "convert_element_type"} <= set(names(jaxpr.eqns))
    assert not {"transpose", "convert_element_type"} & set(inside)
    assert {"broadcast_in_dim", "platform_index", "cond", "tanh"} <= set(inside)  # small to keep, chosen late, of x


def test_a_loop_has_the_values_of_a_loop_in_python():
    keys = jax.random.split(jax.random.key(0), 4)
    last, (ys, biases) = jax.jit(lambda weights, x: scan_with(frame, weights, x, keys))(WEIGHTS, X)
    x, wanted = X, []
    for key in keys:
        x, (y, _) = frame(WEIGHTS, x, key)
        wanted.append(y)
    np.testing.assert_allclose(last, x, rtol=1e-5)
    np.testing.assert_allclose(ys, np.stack(wanted), rtol=1e-5)
    np.testing.assert_array_equal(biases, np.ones((4, 3)))


@pytest.mark.parametrize("count", [0, 2])
def test_a_loop_without_inputs_and_one_without_steps(count):
    def halved(weights, x, _):
        return x * weights["bias"][0] / 2, x

    last, all_of = scan_with(halved, WEIGHTS, X, None, count)
    np.testing.assert_allclose(last, X / 2**count)
    assert all_of.shape == (count, 2, 3)
    assert scan_with(frame, WEIGHTS, X, jax.random.split(jax.random.key(0), 2)[:0])[1][0].shape == (0, 2, 3)


def test_a_loop_in_a_loop_has_its_weights_from_before_both():
    def inner(weights, x, _):
        return x @ weights["kernel"].T, None

    def outer(weights, x, _):
        return scan_with(inner, weights, x, None, 2)[0], None

    jaxpr = jax.make_jaxpr(lambda weights: scan_with(outer, weights, X, None, 3))(WEIGHTS).jaxpr
    assert names(jaxpr.eqns).count("transpose") == 1
    assert str(jaxpr).count(" transpose[") == 1


def test_what_is_known_may_be_traced_and_mapped():
    def total(weights, x):
        return scan_with(lambda w, x, _: (jnp.tanh(x @ w["kernel"].T), None), weights, x, None, 3)[0].sum()

    def plain(weights, x):
        for _ in range(3):
            x = jnp.tanh(x @ weights["kernel"].T)
        return x.sum()

    for found, wanted in zip(*(jax.tree.leaves(jax.jit(jax.grad(f))(WEIGHTS, X)) for f in (total, plain)), strict=True):
        np.testing.assert_allclose(found, wanted, rtol=1e-4, atol=1e-6)
    rows = jax.vmap(total, (None, 0))(WEIGHTS, X[:, None])
    np.testing.assert_allclose(rows, [plain(WEIGHTS, x[None]) for x in X], rtol=1e-4)
