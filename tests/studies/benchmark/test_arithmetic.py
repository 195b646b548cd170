"""Arithmetic is counted as by hand."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

from swn_jax.models import build
from swn_jax.studies.benchmark.arithmetic import arithmetic
from swn_jax.types import Batch


def counted(function, *args):
    return arithmetic(jax.jit(function).trace(*args).jaxpr.jaxpr)


A, B = np.ones((3, 4), np.float32), np.ones((4, 5), np.float32)


def test_products():
    assert counted(jnp.matmul, A, B) == 2 * 3 * 4 * 5
    assert counted(jax.vmap(jnp.matmul), np.stack([A] * 7), np.stack([B] * 7)) == 7 * 2 * 3 * 4 * 5
    assert counted(lambda a, b: jnp.tanh(a).sum() + b.sum(), A, B) == 0


def test_a_value_and_its_gradients_take_three_times_the_arithmetic():
    def loss(a, b):
        return (a @ b).sum()

    assert counted(jax.value_and_grad(loss, argnums=(0, 1)), A, B) == 3 * (2 * 3 * 4 * 5)


def test_what_is_repeated_counts_as_often():
    assert counted(lambda a: lax.scan(lambda c, _: (c @ c, c @ c), a, length=6), np.ones((3, 3))) == 6 * 2 * 2 * 27


def test_ways_around_compilers_do_not_count():
    def roundabout(a):
        return lax.cond(a[0, 0] > 0, lambda a: a @ a @ a, lambda a: a @ a, a)

    assert counted(roundabout, np.ones((3, 3))) == 2 * 27


def test_convolutions():
    x, kernel = np.ones((2, 10, 3), np.float32), np.ones((4, 3, 6), np.float32)
    numbers = ("NWC", "WIO", "NWC")
    assert counted(
        lambda x, k: lax.conv_general_dilated(x, k, (1,), "VALID", dimension_numbers=numbers), x, kernel
    ) == (2 * 2 * 7 * 6 * 4 * 3)


def test_a_model_takes_two_operations_for_each_weight_and_frame():
    model = build("lstm", 50, width=64, cells=128)
    variables = jax.eval_shape(model.init, jax.random.key(0))
    weights = sum(leaf.size for leaf in jax.tree.leaves(variables) if len(leaf.shape) == 2)
    batch = Batch(np.ones((3, 7, 50), np.float32), np.ones((3, 7), np.float32), np.ones((3, 50), np.float32))
    found = counted(lambda v: model.terms(v, batch, jnp.zeros((3, 7, 0))), variables)
    assert found == pytest.approx(2 * weights * 21, rel=0.02)


def test_what_no_result_needs_does_not_count():
    both = jax.jit(lambda a: (a @ a, jnp.tanh(a)))
    assert counted(lambda a: both(a)[1], np.ones((3, 3))) == 0
    assert counted(lambda a: both(a)[0], np.ones((3, 3))) == 2 * 27
    assert counted(lambda a: (a @ a, a + 1)[1], np.ones((3, 3))) == 0
