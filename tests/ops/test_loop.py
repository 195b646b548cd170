"""The loop over time against a plain scan: the same values and gradients, with no sum of gradients of weights in it."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

from swn_jax.ops.loop import loop
from swn_jax.ops.matmul import matmul

RNG = np.random.default_rng(0)
FRAMES, ROWS, SIZE = 5, 3, 4


def numbers(*shape):
    return jnp.asarray(RNG.normal(size=shape), jnp.float32)


WEIGHTS = {
    "in": numbers(2, SIZE), "bias": numbers(SIZE), "again": numbers(SIZE, SIZE), "out": numbers(SIZE, 2),
    "offset": numbers(2), "scale": jnp.asarray(0.7), "number": jnp.asarray(3),
}  # fmt: skip
XS = numbers(FRAMES, ROWS, 2)
CARRY = numbers(ROWS, SIZE)


def frame(weights, h, x):
    """Maps with and without a bias, one kernel used twice and once turned around, and weights of other kinds."""
    a = matmul(x, weights["in"]) + jnp.broadcast_to(weights["bias"], h.shape) + matmul(h, weights["again"])
    b = jnp.tanh(matmul(jnp.tanh(a), weights["again"])) * weights["scale"]
    h = b + matmul(b, weights["again"].T) / weights["number"]
    return h, matmul(h, weights["out"]) + jnp.broadcast_to(weights["offset"], (ROWS, 2))


def narrow_frame(weights, h, x):
    h = jnp.tanh(matmul(jnp.concatenate([x, h], -1), jnp.concatenate([weights["in"], weights["again"]]), jnp.bfloat16))
    return h, matmul(h, weights["out"], jnp.bfloat16) + jnp.broadcast_to(weights["offset"], (ROWS, 2))


def plain(body, weights, carry, xs, reverse=False):
    return lax.scan(lambda carry, x: body(weights, carry, x), carry, xs, reverse=reverse)


def value(run, body, reverse):
    def total(weights, carry, xs):
        carry, ys = run(body, weights, carry, xs, reverse=reverse)
        return (carry**2).sum() + (jnp.sin(ys) * jnp.arange(FRAMES, dtype=ys.dtype)[:, None, None]).sum()

    return total


def gradients(run, body, reverse, *given):
    return jax.jit(jax.value_and_grad(value(run, body, reverse), argnums=(0, 1, 2), allow_int=True))(*given)


@pytest.mark.parametrize("reverse", [False, True])
def test_values_and_gradients_are_those_of_a_scan(reverse):
    with jax.enable_x64(True):
        wide = jax.tree.map(lambda a: a.astype(jnp.float64) if a.dtype == jnp.float32 else a, (WEIGHTS, CARRY, XS))
        found, wanted = (gradients(run, frame, reverse, *wide) for run in (loop, plain))
        for one, other in zip(jax.tree.leaves(found), jax.tree.leaves(wanted), strict=True):
            if one.dtype == jnp.float64:
                np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-12)


def test_of_narrow_products_too():
    found, wanted = (gradients(run, narrow_frame, False, WEIGHTS, CARRY, XS) for run in (loop, plain))
    np.testing.assert_allclose(found[0], wanted[0], rtol=1e-6)
    for name in ("in", "again", "out", "offset"):
        np.testing.assert_allclose(found[1][0][name], wanted[1][0][name], rtol=1e-3, atol=2e-3)


@pytest.mark.parametrize("body", [frame, narrow_frame], ids=["wide", "narrow"])
def test_no_gradient_of_a_kernel_or_bias_is_summed_in_the_loop(body):
    plainly, found = (shapes_carried(run, body) for run in (plain, loop))
    assert {(SIZE, 2), (2,)} <= plainly
    assert not {(2, SIZE), (2 + SIZE, SIZE), (SIZE, 2), (2,), (SIZE,)} & found


def shapes_carried(run, body):
    gradient = jax.grad(value(run, body, False), allow_int=True)
    return set(carries(jax.make_jaxpr(gradient)(WEIGHTS, CARRY, XS).jaxpr))


def carries(jaxpr):
    """The shapes of what the scans of a program carry: what comes out of one as of a frame, not stacked."""
    for scan in scans(jaxpr):
        of_frame = scan.params["jaxpr"].jaxpr.outvars
        pairs = zip(scan.outvars, of_frame, strict=True)
        yield from (out.aval.shape for out, one in pairs if out.aval.shape == one.aval.shape)


def scans(jaxpr):
    """The loops of a program."""
    for equation in jaxpr.eqns:
        if equation.primitive.name == "scan":
            yield equation
        for value in equation.params.values():
            inner = getattr(value, "jaxpr", value)
            if hasattr(inner, "eqns"):
                yield from scans(inner)


def test_of_several_at_once():
    carries_of = jnp.stack([CARRY, 2 * CARRY])
    mapped = jax.vmap(jax.grad(value(loop, frame, False), argnums=1), (None, 0, None))(WEIGHTS, carries_of, XS)
    for found, carry in zip(mapped, carries_of, strict=True):
        wanted = jax.grad(value(plain, frame, False), argnums=1)(WEIGHTS, carry, XS)
        np.testing.assert_allclose(found, wanted, rtol=1e-4, atol=1e-5)


def shared(weights, h, x):
    """A product that is used without its bias too, and a bias that is."""
    product, bias = matmul(h, weights["again"]), jnp.broadcast_to(weights["bias"], h.shape)
    h = jnp.tanh(product + bias) + 0.1 * product + bias * jnp.concatenate([x, x], -1)
    return h, (h, jnp.zeros((ROWS, 2)), matmul(h, weights["out"]))


def test_a_product_and_a_bias_that_are_used_twice():
    def total(run, weights):
        carry, (h, zeros, y) = run(shared, weights, CARRY, XS)
        return (carry**2).sum() + (h * 2 + 1).sum() + zeros.sum() + (y**3).sum()

    found, wanted = (jax.grad(lambda w, run=run: total(run, w), allow_int=True)(WEIGHTS) for run in (loop, plain))
    for name in ("again", "bias", "out"):
        np.testing.assert_allclose(found[name], wanted[name], rtol=1e-4, atol=1e-4)


def test_of_no_frames_there_is_nothing():
    carry, ys = loop(frame, WEIGHTS, CARRY, XS[:0])
    np.testing.assert_array_equal(carry, CARRY)
    assert ys.shape == (0, ROWS, 2)


def test_narrow_operands_are_cast_and_padded_once_before_the_loop():
    gradient = jax.grad(value(loop, narrow_frame, False), allow_int=True)
    inside = [str(scan) for scan in scans(jax.make_jaxpr(gradient)(WEIGHTS, CARRY, XS).jaxpr)]
    assert len(inside) == 2
    assert not any(f"bf16[8,4] = {made}" in scan for scan in inside for made in ("pad", "convert_element_type"))
