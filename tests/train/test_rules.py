"""Optimizers by name, against their equations in numpy."""

import jax
import jax.numpy as jnp
import numpy as np
import optax

from swn_jax.train.average import average_of
from swn_jax.train.flat import flatten
from swn_jax.train.rules import lion, muon, schedule_free

RATE = 0.01


def tree(seed):
    rng = np.random.default_rng(seed)
    return {"bias": jnp.asarray(rng.normal(size=5), jnp.float32),
            "kernel": jnp.asarray(rng.normal(size=(6, 40)), jnp.float32)}  # fmt: skip


def run(tx, steps=4):
    """Parameters and state after some gradients, laid out flat; and all of them as numpy."""
    params, state = flatten(tree(0)), tx.init(flatten(tree(0)))
    for number in range(1, steps + 1):
        updates, state = tx.update(flatten(tree(number)), state, params)
        params = optax.apply_updates(params, updates)
    return params, state


def numpy_of(number, name):
    return np.asarray(tree(number)[name], np.float64)


def test_lion_takes_the_sign_of_a_momentum_and_decays_matrices():
    params, _ = run(lion(lambda step: RATE, 0.8, 0.95, 0.1))
    for name, decay in (("bias", 0.0), ("kernel", 0.1)):
        p, m = numpy_of(0, name), 0.0
        for number in range(1, 5):
            g = numpy_of(number, name)
            p, m = p - RATE * (np.sign(0.8 * m + 0.2 * g) + decay * p), 0.95 * m + 0.05 * g
        np.testing.assert_allclose(params.tree()[name], p, rtol=1e-5)


def test_schedule_free_evaluates_the_average_of_its_iterates():
    """Defazio et al. 2024, algorithm 1, with a constant rate."""
    params, state = run(schedule_free(lambda step: RATE, 0.9, 0.95, 1e-8, 0.1))
    for name, decay in (("bias", 0.0), ("kernel", 0.1)):
        x = z = y = numpy_of(0, name)
        v = 0.0
        for number in range(1, 5):
            g = numpy_of(number, name)
            v = 0.95 * v + 0.05 * g * g
            z = z - RATE * (g / (np.sqrt(v / (1 - 0.95**number)) + 1e-8) + decay * y)
            x = (1 - 1 / number) * x + z / number
            y = 0.1 * z + 0.9 * x
        np.testing.assert_allclose(params.tree()[name], y, rtol=1e-4, atol=1e-6)
        np.testing.assert_allclose(average_of((state,), params).tree()[name], x, rtol=1e-4, atol=1e-6)


def test_muon_moves_matrices_by_an_orthogonal_momentum_and_vectors_by_nadam():
    params, state = run(muon(lambda step: RATE, 0.95, 0.999, 1e-8, 0.0), steps=1)
    moved = (np.asarray(params.tree()["kernel"]) - tree(0)["kernel"]) / -RATE
    u, _, vt = np.linalg.svd(numpy_of(1, "kernel"), full_matrices=False)
    sizes = np.linalg.svd(moved, compute_uv=False) / (0.2 * np.sqrt(40))
    assert 0.6 < sizes.min() <= sizes.max() < 1.3  # what five steps of Newton and Schulz make of 1
    assert np.corrcoef(moved.ravel(), (u @ vt).ravel())[0, 1] > 0.98
    ahead = 1 + 0.9 * 0.1 / (1 - 0.9**2)  # of Nesterov's momentum, after one gradient
    np.testing.assert_allclose(
        params.tree()["bias"] - tree(0)["bias"], -RATE * ahead * np.sign(tree(1)["bias"]), rtol=1e-3
    )
    assert all(a.shape in ((), (5,), (6, 40), (3,)) for a in jax.tree.leaves(state))  # trees
