"""Running levels against a plain loop."""

import jax.numpy as jnp
import numpy as np

from swn_jax.ops.levels import decays, powers_before, powers_within

LENGTHS, BLOCK, REACH = (3, 10), 4, 12


def test_powers_are_exponential_means_of_the_past():
    x = np.random.default_rng(0).normal(size=(2, 40)).astype(np.float32)
    before = powers_before(jnp.asarray(x), LENGTHS, BLOCK, REACH)
    assert before.shape == (2, 11, 2)
    found = np.asarray(powers_within(jnp.asarray(x), before[:, :-1], LENGTHS, BLOCK))
    for l, g in enumerate(decays(LENGTHS)):
        for i in range(40):
            since = max(0, i // BLOCK * BLOCK - REACH)  # the past is cut at whole blocks
            past = x[:, since:i][:, ::-1] ** 2
            expected = (1 - g) * (past * g ** np.arange(past.shape[1])).sum(1)
            np.testing.assert_allclose(found[:, i, l], expected, rtol=1e-4, atol=1e-7)


def test_a_long_constant_has_its_own_power():
    x = jnp.full((1, 400), 3.0)
    before = powers_before(x, (5,), BLOCK, 200)
    np.testing.assert_allclose(powers_within(x, before[:, :-1], (5,), BLOCK)[0, -1], 9.0, rtol=1e-4)
