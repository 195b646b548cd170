import numpy as np
import pytest
from scipy.signal import argrelmin

from swn_jax.corpora.synthetic_ink import write
from swn_jax.domains.ink.lines import extremes, growth, slope
from swn_jax.domains.ink.plots import strokes


def zigzag(tops, step=1.0):
    """Up to each top and down to 0 again."""
    y = np.concatenate([[0.0, top] for top in tops] + [[0.0]])
    return np.stack([step * np.arange(len(y)), y], -1)


def test_turns_by_hand():
    """One stroke goes up 3, along, down 2 and up 1; a dot and a level stroke have none."""
    stroke = np.array([[0.0, 0], [1, 3], [2, 3], [3, 1], [4, 2]])
    found = extremes([stroke, np.array([[9.0, 9]]), np.array([[7.0, 1], [8, 1]])])
    np.testing.assert_array_equal(found.bottoms, [[3, 1]])
    np.testing.assert_array_equal(found.heights, [3, 2, 1])


def test_bottoms_are_those_of_scipy():
    y = np.random.RandomState(0).standard_normal(60)
    stroke = np.stack([np.arange(60.0), y], -1)
    np.testing.assert_array_equal(extremes([stroke]).bottoms[:, 0], argrelmin(y)[0])


def test_the_angle_of_a_rising_line_in_spite_of_descenders():
    line = extremes([zigzag(np.ones(20))]).bottoms
    line[::5, 1] -= 4
    rising = line + np.stack([0 * line[:, 0], 0.1 * line[:, 0]], -1)
    np.testing.assert_allclose(slope(rising), np.degrees(np.arctan(0.1)))


def test_growth_of_a_hand_that_writes_larger_and_larger():
    np.testing.assert_allclose(growth(extremes([zigzag([2.0] * 10 + [3.0] * 10)]).heights), 50)


def test_short_and_narrow_lines_have_no_value():
    assert len(slope(np.ones((7, 2)))) == len(slope(np.ones((9, 2)))) == len(growth(np.ones(7))) == 0
    assert len(growth(np.zeros(9))) == 0


@pytest.mark.parametrize(("turn", "grow"), [(5.0, 1.0), (0.0, 1.5)])
def test_lines_that_climb_or_grow_are_told_from_real_ones(turn, grow):
    """Each line turned by five degrees, or its letters half as large again at its end."""
    climbs, sizes = [], []
    for n in range(12):
        line = write(0, "train", n).astype(np.float64)
        moved = line.copy()
        share = (line[:, 1] - line[:, 1].min()) / np.ptp(line[:, 1])
        moved[:, 2] *= 1 + (grow - 1) * share
        moved[:, 2] += np.tan(np.deg2rad(turn)) * line[:, 1]
        before, after = (extremes(strokes(each)) for each in (line, moved))
        climbs.append(slope(after.bottoms) - slope(before.bottoms))
        sizes.append(growth(after.heights) - growth(before.heights))
    assert np.mean(climbs) == pytest.approx(turn, abs=1.0)
    assert (np.mean(sizes) > 10) == (grow > 1)
