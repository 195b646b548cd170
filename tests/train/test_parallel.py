"""Several devices are one: the same parameters, whatever the number."""

import jax
import numpy as np
import pytest
import runs

from swn_jax.errors import SwnError
from swn_jax.train.parallel import copy_state, split


def trained(devices, steps=20):
    state = copy_state(runs.first())
    for number in range(steps):
        state, metrics = runs.compiled(devices)(state, runs.batch_at(number))
    return jax.device_get((state.params, metrics))


def test_one_and_four_devices_agree_after_twenty_steps():
    (one, metrics_1), (four, metrics_4) = trained(1), trained(4)
    for a, b in zip(jax.tree.leaves(one), jax.tree.leaves(four), strict=True):
        assert np.linalg.norm(a - b) <= 1e-5 * np.linalg.norm(a)
    for name, value in metrics_1.items():
        np.testing.assert_allclose(metrics_4[name], value, rtol=1e-4, atol=1e-6, err_msg=name)


def test_a_batch_that_does_not_split_says_so():
    with pytest.raises(SwnError, match="4 rows does not split over 3 devices"):
        split(runs.batch_at(0), 3)


def test_the_parts_in_order_are_the_batch():
    batch = runs.batch_at(0)
    parts = split(batch, 2)
    for whole, part in zip(jax.tree.leaves(batch), jax.tree.leaves(parts), strict=True):
        np.testing.assert_array_equal(np.concatenate(list(part)), whole)


def test_own_copies():
    state = runs.first()
    copy = copy_state(state)
    jax.tree.map(lambda a: a.delete(), copy)
    assert not any(a.is_deleted() for a in jax.tree.leaves(state))
