"""The modes of a frame: what is drawn comes as often as its probability says."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import special

from swn_jax.dists.likelihood.source_filter.modes import (
    FURTHEST,
    JUMPS,
    KERNEL,
    SHIFTS,
    drawn,
    levels,
    log_density,
    modes_of,
    numbers,
    repeats,
)

PARTS, ROWS = 2, 40_000


def modes(pitched, scale=1.0, seed=0, rows=1):
    said = scale * np.random.default_rng(seed).normal(size=(rows, numbers(pitched, PARTS)))
    return modes_of(jnp.asarray(said, jnp.float32), pitched, PARTS)


def test_jumps_and_shifts_come_as_often_as_they_should():
    one = modes(True, scale=2.0)
    many = jax.tree.map(lambda a: jnp.broadcast_to(a, (ROWS, *a.shape[1:])), one)
    taps, moved = drawn(jax.random.key(0), many, 1.0)
    which = np.abs(np.asarray(moved)[:, :1] - np.concatenate([[0.0], one.moved[0, 0]])).argmin(-1)
    share = np.bincount(which, minlength=1 + len(JUMPS)) / ROWS
    np.testing.assert_allclose(share, np.exp(one.jump[0]), atol=0.01)
    np.testing.assert_allclose(moved, np.concatenate([np.zeros((PARTS, 1)), one.moved[0]], -1).T[which], atol=1e-6)
    place = np.abs(np.asarray(taps)[:, 1, :, None] - spread_by_hand(one)).sum(1).argmin(-1)
    assert (place[which > 0] == SHIFTS // 2).all()
    steady = np.bincount(place[which == 0], minlength=SHIFTS) / (which == 0).sum()
    np.testing.assert_allclose(steady, np.exp(one.shift[0, 1]), atol=0.02)


def spread_by_hand(one):
    """The kernel at each shift [N, O]."""
    wide = np.zeros((KERNEL + SHIFTS - 1, SHIFTS))
    for o in range(SHIFTS):
        wide[o : o + KERNEL, o] = one.kernel[0]
    return wide


def test_what_a_mode_repeats_is_its_taps_over_the_samples():
    one, around = modes(True), np.random.default_rng(1).normal(size=(1, 5, KERNEL + SHIFTS - 1)).astype(np.float32)
    expected = around @ spread_by_hand(one)
    found = np.asarray(repeats(one, jnp.asarray(around)))
    np.testing.assert_allclose(found[..., :SHIFTS], expected, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(found[..., SHIFTS:], expected[..., [SHIFTS // 2] * len(JUMPS)], rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("pitched", [True, False])
def test_modes_of_no_difference_change_nothing(pitched):
    one = modes(pitched, rows=3)
    each = jnp.asarray(np.random.default_rng(2).normal(size=(3, PARTS, 1)), jnp.float32)
    alike = jnp.broadcast_to(each, (3, PARTS, levels(one).shape[-1]))
    np.testing.assert_allclose(log_density(one, alike), each.sum((-2, -1)), rtol=1e-5)


def test_at_a_head_of_zeros_jumps_are_rare_and_as_said():
    one = modes(True, scale=0.0)
    odds = special.softmax([0.0] + [-3.0] * len(JUMPS))
    np.testing.assert_allclose(np.exp(one.jump[0]), odds, rtol=1e-5)
    np.testing.assert_allclose(one.moved[0].T, FURTHEST * np.tanh(np.asarray(JUMPS) / FURTHEST), rtol=1e-5)


def test_nothing_moves_further_than_it_may():
    assert np.abs(modes(True, scale=1e3).moved).max() <= FURTHEST
