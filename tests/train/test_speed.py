"""Speed is measured in rounds, arithmetic is counted from the weights."""

import jax.numpy as jnp
import pytest

from swn_jax.train.speed import interleaved, median, ratio, step_arithmetic


def test_every_round_runs_every_call_and_the_first_does_not_count():
    order = []
    seconds = interleaved({"a": lambda: order.append("a"), "b": lambda: order.append("b")}, rounds=2)
    assert "".join(order) == "ababab"
    assert [len(s) for s in seconds.values()] == [2, 2]


def test_median_and_ratio_within_rounds():
    assert median([3.0, 1.0, 2.0]) == 2.0
    assert ratio([2.0, 40.0, 6.0], [1.0, 10.0, 2.0]) == 3.0


def test_arithmetic_of_matrices_only():
    params = {"embed_u": {"kernel": jnp.ones((3, 4)), "bias": jnp.ones(4)}, "f": {"kernel": jnp.ones((4, 5))}}
    assert step_arithmetic(params, frames=10) == pytest.approx(10 * (4 * 12 + 6 * 20))
