"""Several affine maps at once against each by itself in numpy, values and gradients."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from swn_jax.ops.affine import affines, perceptrons

RNG = np.random.default_rng(0)


def numbers(*shape):
    return jnp.asarray(RNG.normal(size=shape), jnp.float32)


X, Y = numbers(2, 7, 3), numbers(2, 7, 5)
MAPS = [(numbers(8, 4), numbers(4)), (numbers(5, 6), numbers(6)), (numbers(3, 2), numbers(2))]
UP = [numbers(2, 7, 4), numbers(2, 7, 6), numbers(2, 7, 2)]  # gradients of the outputs


def apply(x, y, maps, dtype=jnp.float32):
    return affines([[x, y], [y], [x]], maps, dtype)


@pytest.fixture(params=["cpu", "elsewhere"])
def where(request):
    """Both forms on this machine."""
    if request.param == "elsewhere":
        request.getfixturevalue("elsewhere")


def test_each_map_reads_its_own_inputs(where):
    x, y, maps = jax.tree.map(np.asarray, (X, Y, MAPS))
    read = [np.concatenate([x, y], -1), y, x]
    for found, own, (kernel, bias) in zip(apply(X, Y, MAPS), read, maps, strict=True):
        np.testing.assert_allclose(found, own @ kernel + bias, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(("dtype", "error"), [("float32", 1e-5), ("bfloat16", 0.02)])
def test_of_one_row_too(where, dtype, error):
    """Sampling gives one frame of one sequence."""
    x, y, maps = jax.tree.map(np.asarray, (X[0, :1], Y[0, :1], MAPS))
    read = [np.concatenate([x, y], -1), y, x]
    for found, own, (kernel, bias) in zip(apply(X[0, :1], Y[0, :1], MAPS, dtype), read, maps, strict=True):
        assert found.shape == (1, len(bias))
        np.testing.assert_allclose(found, own @ kernel + bias, atol=error * np.abs(own @ kernel).max())


def test_on_a_gpu_one_row_has_no_product(elsewhere):
    assert "dot_general" not in str(jax.make_jaxpr(apply)(X[0, :1], Y[0, :1], MAPS))


@pytest.mark.parametrize(("dtype", "error"), [("float32", 1e-5), ("bfloat16", 0.02)])
def test_gradients_are_those_of_each_map(where, dtype, error):
    def value(x, y, maps):
        return sum((out * up).sum() for out, up in zip(apply(x, y, maps, jnp.dtype(dtype)), UP, strict=True))

    found = jax.grad(value, argnums=(0, 1, 2))(X, Y, MAPS)
    x, y, maps, up = jax.tree.map(lambda a: np.asarray(a, np.float64), (X, Y, MAPS, UP))
    both, (f, g, h) = np.concatenate([x, y], -1), [kernel for kernel, _ in maps]
    of_both = up[0] @ f.T
    of_maps = [
        (np.einsum("btc,bto->co", read, own), own.sum((0, 1))) for read, own in zip([both, y, x], up, strict=True)
    ]
    wanted = of_both[..., :3] + up[2] @ h.T, of_both[..., 3:] + up[1] @ g.T, of_maps
    for a, b in zip(jax.tree.leaves(found), jax.tree.leaves(wanted), strict=True):
        np.testing.assert_allclose(a, b, atol=error * np.abs(b).max())


def test_on_a_gpu_there_is_one_product(elsewhere):
    assert str(jax.make_jaxpr(apply)(X, Y, MAPS)).count("dot_general") == 1


def test_layers_of_the_same_shapes_are_traced_once(monkeypatch):
    traced, whole = [], jax.lax.platform_dependent
    monkeypatch.setattr("jax.lax.platform_dependent", lambda *args, **forms: traced.append(1) or whole(*args, **forms))
    jax.clear_caches()
    jax.make_jaxpr(lambda *args: [apply(*args), apply(*args)])(X, Y, MAPS)
    jax.make_jaxpr(jax.grad(lambda *args: sum(y.sum() for y in apply(*args))))(X, Y, MAPS)
    assert len(traced) == 1


@pytest.mark.parametrize("hidden", [0, 6])
def test_perceptrons_are_those_of_each(where, hidden):
    """With and without a hidden layer, on inputs that they share."""
    first, second = (numbers(3, 6), numbers(6)), (numbers(8, 6), numbers(6))
    last = [(numbers(hidden or 3, 4), numbers(4)), (numbers(hidden or 8, 2), numbers(2))]
    layers = [[first, last[0]], [second, last[1]]] if hidden else [[last[0]], [last[1]]]
    for read, found, own in zip([[X], [X, Y]], perceptrons([[X], [X, Y]], layers), layers, strict=True):
        h = np.concatenate(read, -1)
        for kernel, bias in own[:-1]:
            h = h @ np.asarray(kernel) + np.asarray(bias)
        kernel, bias = map(np.asarray, own[-1])
        np.testing.assert_allclose(found, np.maximum(h, 0) @ kernel + bias, rtol=1e-3, atol=1e-4)
