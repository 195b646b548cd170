"""The evaluator that rounds as accelerators do, against numpy."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax
from rounded import BFLOAT16, TF32, rough_products, rounded

A, B = np.random.default_rng(0).normal(size=(2, 4, 4)).astype(np.float32)


def near(x, bits):
    """To the nearest number with so many bits after the first."""
    fraction, exponent = np.frexp(x)
    return np.ldexp(np.round(fraction * 2 ** (bits + 1)), exponent - bits - 1).astype(np.float32)


def looped(a, b):
    return lax.scan(lambda carry, row: (carry, row @ carry), b, a)[1]


def branched(a, b):
    return lax.cond(a[0, 0] < 100, lambda: jax.nn.relu(jax.jit(jnp.matmul)(a, b)), lambda: a)


@pytest.mark.parametrize("bits", [TF32, BFLOAT16])
@pytest.mark.parametrize(("function", "after"), [
    (jnp.matmul, np.asarray), (looped, np.asarray), (branched, lambda x: np.maximum(x, 0)),
])  # fmt: skip
def test_operands_are_rounded_in_loops_and_branches_too(function, after, bits):
    found = rounded(function, bits)(A, B)
    np.testing.assert_allclose(found, after(near(A, bits) @ near(B, bits)), rtol=1e-5, atol=1e-6)
    assert np.abs(found - after(A @ B)).max() > 2.0 ** -(bits + 4)
    assert len(rough_products(function, A, B)) == 1


def test_all_digits_stay_where_they_are_asked_for():
    def exact(a, b):
        return jnp.matmul(a, b, precision=lax.Precision.HIGHEST)

    np.testing.assert_array_equal(rounded(exact)(A, B), jax.jit(exact)(A, B))
    assert rough_products(jax.grad(lambda a: exact(a, B).sum()), A) == []


def test_a_gradient_rounds_what_it_multiplies():
    found = rounded(jax.grad(lambda a: jnp.sum((a @ B) ** 2)))(A)
    inner = 2 * (near(A, TF32) @ near(B, TF32))
    np.testing.assert_allclose(found, near(inner, TF32) @ near(B, TF32).T, rtol=2e-3, atol=2e-3)
