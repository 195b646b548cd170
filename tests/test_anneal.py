"""The KL weight at the start, half way, at the end and beyond."""

import jax
import numpy as np
import pytest

from swn_jax import anneal
from swn_jax.errors import SwnError


def weights(schedule: anneal.Anneal, updates: int) -> list[float]:
    state, seen = schedule.init(), []
    for _ in range(updates + 1):
        assert state.taken == len(seen)
        seen.append(float(state.beta))
        state = schedule.update(state)
    return seen


@pytest.mark.parametrize("start", [0.0, 5e-5, 0.25])
@pytest.mark.parametrize(
    ("kind", "half"), [(anneal.cosine, 1 - np.sqrt(0.5)), (anneal.linear, 0.5), (anneal.half_cosine, 0.5)]
)
def test_from_the_start_to_one(kind, half, start):
    seen = weights(kind(8, start), 20)
    np.testing.assert_allclose([seen[0], seen[4]], [start, start + (1 - start) * half], rtol=1e-6, atol=1e-7)
    np.testing.assert_allclose(seen[8:], 1.0, atol=1e-6)
    assert (np.diff(seen[:9]) > 0).all()


def test_the_cosine_is_that_of_the_paper():
    alpha = np.pi / 2 * np.arange(6) / 5
    np.testing.assert_allclose(weights(anneal.cosine(5), 5), 1 - np.cos(alpha), atol=1e-6)


def test_the_half_cosine_is_flat_at_both_ends():
    seen = weights(anneal.half_cosine(100), 100)
    np.testing.assert_allclose([seen[25], seen[75]], [0.5 - 0.5 * np.sqrt(0.5), 0.5 + 0.5 * np.sqrt(0.5)], rtol=1e-5)
    assert max(seen[1] - seen[0], seen[100] - seen[99]) < 0.02 * (seen[51] - seen[50])


def test_cycles_begin_again():
    expected = [0.2, 0.6, 1.0, 1.0] * 3
    np.testing.assert_allclose(weights(anneal.cyclical(4, 0.2), 11), expected, rtol=1e-6)
    np.testing.assert_allclose(weights(anneal.schedule("cyclical", 4, 0.2), 11), expected, rtol=1e-6)
    assert weights(anneal.cyclical(1), 2) == [1.0, 1.0, 1.0]


def test_a_scaled_schedule_ends_elsewhere():
    whole = weights(anneal.linear(4, 0.5), 6)
    np.testing.assert_allclose(weights(anneal.scaled(anneal.linear(4, 0.5), 0.3), 6), 0.3 * np.array(whole), rtol=1e-6)
    with pytest.raises(SwnError, match="rewards a divergence"):
        anneal.scaled(anneal.linear(4), -0.1)


def test_no_steps_are_no_annealing():
    for schedule in (anneal.cosine(0), anneal.half_cosine(0), anneal.linear(0, 0.5), anneal.constant()):
        assert weights(schedule, 2) == [1.0, 1.0, 1.0]


def test_a_constant_keeps_its_weight():
    np.testing.assert_allclose(weights(anneal.constant(0.3), 3), 0.3, rtol=1e-6)
    with pytest.raises(SwnError, match="rewards a divergence"):
        anneal.constant(-0.1)


def test_the_state_is_carried_by_compiled_code():
    schedule = anneal.cosine(3)
    state, seen = jax.lax.scan(lambda state, _: (schedule.update(state), state.beta), schedule.init(), None, length=5)
    np.testing.assert_allclose(seen, weights(schedule, 4), atol=1e-7)
    assert state.taken == 5
