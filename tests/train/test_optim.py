"""The learning rate, the clip of the gradient and the decay."""

import jax.numpy as jnp
import numpy as np
import optax
import pytest

from swn_jax.errors import SwnError
from swn_jax.train.optim import adam, clip_by_largest, constant_rate, cosine_rate

PARAMS = {"kernel": jnp.ones((2, 2)), "bias": jnp.ones(2)}
GRADS = {"kernel": jnp.full((2, 2), 30.0), "bias": jnp.full(2, -40.0)}


def test_the_rate_rises_and_falls():
    rate = cosine_rate(1e-3, 10, warmup=4, end=1e-5)
    np.testing.assert_allclose([rate(t) for t in (0, 2, 4, 7, 10, 99)], [0, 5e-4, 1e-3, 5.05e-4, 1e-5, 1e-5], rtol=1e-5)
    plain = cosine_rate(2.0, 8)
    np.testing.assert_allclose([plain(t) for t in (0, 4, 8)], [2.0, 1.0, 0.0], atol=1e-6)


def test_a_constant_rate_rises_and_stays():
    np.testing.assert_allclose([constant_rate(1e-3, 4)(t) for t in (0, 2, 4, 99)], [0, 5e-4, 1e-3, 1e-3], rtol=1e-6)
    np.testing.assert_allclose([constant_rate(2.0)(t) for t in (0, 99)], [2.0, 2.0])


@pytest.mark.parametrize(("steps", "warmup"), [(10, 10), (10, -1), (0, 0)])
def test_a_warm_up_must_fit(steps, warmup):
    with pytest.raises(SwnError, match="warm-up"):
        cosine_rate(1.0, steps, warmup)


def test_the_clip_bounds_the_global_norm():
    """With a large eps a step of Adam is the clipped gradient over eps."""
    for clip, norm in ((0.5, 0.5), (1e6, float(optax.tree.norm(GRADS)))):
        tx = adam(lambda step: 1.0, clip, eps=1e6)
        updates, _ = tx.update(GRADS, tx.init(PARAMS), PARAMS)
        np.testing.assert_allclose(optax.tree.norm(updates) * 1e6, norm, rtol=1e-3)
    tx = adam(lambda step: 1.0, 0.0, eps=1e6)  # no clip
    updates, _ = tx.update(GRADS, tx.init(PARAMS), PARAMS)
    np.testing.assert_allclose(updates["bias"] * 1e6, 40.0, rtol=1e-3)


def test_the_largest_entry_may_bound_all():
    for largest, factor in ((0.4, 0.01), (40.0, 1.0), (1e6, 1.0)):
        tx = adam(lambda step: 1.0, 0.0, eps=1e6, largest=largest)
        updates, _ = tx.update(GRADS, tx.init(PARAMS), PARAMS)
        np.testing.assert_allclose(updates["kernel"] * 1e6, -30.0 * factor, rtol=1e-3)
        np.testing.assert_allclose(updates["bias"] * 1e6, 40.0 * factor, rtol=1e-3)
    nothing = {name: jnp.zeros_like(value) for name, value in GRADS.items()}
    updates, _ = clip_by_largest(1.0).update(nothing, optax.EmptyState())
    np.testing.assert_array_equal(updates["bias"], 0.0)


def test_a_first_step_of_adam_is_the_rate_and_decay_spares_vectors():
    tx = adam(lambda step: 0.01, clip=0.0, decay=0.5)
    updates, _ = tx.update(GRADS, tx.init(PARAMS), PARAMS)
    np.testing.assert_allclose(updates["kernel"], -0.01 - 0.01 * 0.5, rtol=1e-4)
    np.testing.assert_allclose(updates["bias"], 0.01, rtol=1e-4)
