"""The matrix product against numpy, and its narrow form against the wide one."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from swn_jax.ops.matmul import matmul
from swn_jax.ops.narrow import narrow_product, operand_of, transposed_product

RNG = np.random.default_rng(0)
X, W, G = (RNG.normal(size=shape).astype(np.float32) for shape in [(2, 11, 7), (7, 5), (2, 11, 5)])


@pytest.mark.parametrize("x", [X[0, 0], X[0], X, X[None]], ids=lambda x: f"{x.ndim}d")
def test_product_is_that_of_numpy(x):
    out = matmul(jnp.asarray(x), jnp.asarray(W))
    assert out.shape == (*x.shape[:-1], 5)
    np.testing.assert_allclose(out, x @ W, rtol=2e-5, atol=1e-5)


def test_product_keeps_the_precision_of_the_run():
    with jax.enable_x64(True):
        x, w = X / np.float64(3), W / np.float64(7)
        np.testing.assert_allclose(matmul(jnp.asarray(x), jnp.asarray(w)), x @ w, rtol=1e-12)


def rounded(a: np.ndarray) -> np.ndarray:
    return np.asarray(jnp.asarray(a).astype(jnp.bfloat16).astype(jnp.float32))


def test_narrow_operands_with_wide_sums():
    """Equal to the wide product of rounded operands: the sums lose nothing."""
    out = matmul(jnp.asarray(X), jnp.asarray(W), jnp.bfloat16)
    assert out.dtype == jnp.float32
    np.testing.assert_allclose(out, rounded(X) @ rounded(W), rtol=2e-5, atol=1e-5)
    assert np.abs(np.asarray(out) - X @ W).max() > 1e-3
    np.testing.assert_allclose(out, X @ W, atol=0.05)


def test_narrow_gradients_are_the_wide_ones_of_rounded_operands():
    def loss(x, w, dtype):
        return jnp.sum(matmul(x, w, dtype) * jnp.asarray(G))

    wide = jax.grad(loss, argnums=(0, 1))(jnp.asarray(X), jnp.asarray(W), jnp.float32)
    narrow = jax.grad(loss, argnums=(0, 1))(jnp.asarray(X), jnp.asarray(W), jnp.bfloat16)
    assert [a.dtype for a in narrow] == [jnp.float32, jnp.float32]
    np.testing.assert_allclose(wide[0], G @ W.T, rtol=2e-5, atol=1e-5)
    for a, b in zip(narrow, wide, strict=True):
        np.testing.assert_allclose(a, b, atol=0.01 * np.abs(b).max())
    rows, out = rounded(X).reshape(-1, 7), rounded(G).reshape(-1, 5)
    np.testing.assert_allclose(narrow[0], (out @ rounded(W).T).reshape(X.shape), rtol=2e-5, atol=1e-5)
    np.testing.assert_allclose(narrow[1], rows.T @ out, rtol=2e-5, atol=1e-5)


def test_narrow_products_run_in_both_compiled_and_mapped_form():
    x, g = jnp.asarray(X), jnp.asarray(G)
    mapped = jax.jit(jax.vmap(transposed_product))(x, g)
    np.testing.assert_allclose(mapped, np.einsum("bfc,bfo->bco", rounded(X), rounded(G)), rtol=2e-5, atol=1e-5)
    np.testing.assert_allclose(
        jax.vmap(narrow_product, (0, None, None))(x, jnp.asarray(W), operand_of(jnp.asarray(W))),
        rounded(X) @ rounded(W),
        atol=1e-5,
    )


@pytest.mark.parametrize(("dtype", "by"), [(jnp.float32, np.asarray), (jnp.bfloat16, rounded)], ids=["wide", "narrow"])
def test_one_row_is_a_sum_over_each_column_on_a_gpu(elsewhere, dtype, by):
    """No product is left, and the numbers are those of one with these operands."""
    row = jnp.asarray(X[0, :1])
    assert "dot_general" not in str(jax.make_jaxpr(matmul, static_argnums=2)(row, jnp.asarray(W), dtype))
    np.testing.assert_allclose(matmul(row, jnp.asarray(W), dtype), by(X[0, :1]) @ by(W), rtol=2e-5, atol=1e-5)


def test_one_row_is_a_product_on_a_cpu():
    row = jnp.asarray(X[0, :1])
    np.testing.assert_allclose(matmul(row, jnp.asarray(W)), X[0, :1] @ W, rtol=2e-5, atol=1e-5)
    lowered = jax.jit(matmul, static_argnums=2).lower(row, jnp.asarray(W), jnp.float32).as_text()
    assert "dot_general" in lowered
    assert "stablehlo.reduce" not in lowered
