import numpy as np
import pytest
from scipy.stats import wasserstein_distance

from swn_jax.data.drift import drift, error
from swn_jax.data.statistics import Statistic
from swn_jax.errors import SwnError


def measure(rows, rate, extra):
    return {"size": Statistic(np.abs(np.concatenate(rows)).ravel(), "units", "draws")}


def gap(real, made, rate, extra):
    return np.abs(made - real)


def noise(count, length, seed, loudness=1.0):
    random = np.random.RandomState(seed)
    return [loudness * random.standard_normal(length) for _ in range(count)]


def test_samples_that_grow_louder_are_near_at_first_and_far_at_last():
    real = noise(8, 400, 0)
    made = [x * np.linspace(1, 9, 400) for x in noise(4, 400, 1)]
    (found,) = drift(measure, real, made, None, {})
    for row, part in ((found.first, slice(0, 100)), (found.last, slice(300, 400))):
        every, even, odd, ours = (
            np.abs(np.concatenate([x[part] for x in rows])) for rows in (real, real[::2], real[1::2], made)
        )
        assert (row.real, row.made) == pytest.approx((every.mean(), ours.mean()))
        assert row.distance == pytest.approx(wasserstein_distance(ours, every))
        assert row.ratio == pytest.approx(wasserstein_distance(ours, every) / wasserstein_distance(even, odd))
    assert found.last.ratio > 4 * found.first.ratio


def test_a_longer_sample_is_measured_at_its_ends_and_a_shorter_one_in_its_quarters():
    """What lies between counts for nothing: it is infinite."""
    ends = [np.r_[np.full(10, 2.0), np.full(80, np.inf), np.full(10, 4.0)], np.r_[2.0, 2.0, [np.inf] * 4, 4.0, 4.0]]
    for made in ends:
        (found,) = drift(measure, noise(2, 40, 0), [made], None, {})
        assert (found.first.made, found.last.made) == (2.0, 4.0)


def test_two_real_sequences_are_needed():
    with pytest.raises(SwnError, match="found 1 real sequences"):
        drift(measure, noise(1, 40, 0), noise(1, 40, 1), None, {})


def test_the_first_second_after_the_prefix_counts():
    real, made = noise(3, 50, 0), noise(3, 50, 1)
    wanted = np.mean([np.abs(b - a)[20:30] for a, b in zip(real, made, strict=True)])
    assert error(gap, real, made, 20, 10.0, {}) == pytest.approx(wanted)
    assert error(gap, real, real, 20, 10.0, {}) == 0


def test_who_stops_stays_there():
    real = [np.arange(8.0)]
    assert error(gap, real, [real[0][:5]], 3, None, {}) == pytest.approx(np.mean([0, 0, 1, 2, 3]))


def test_nothing_after_the_prefix_has_no_error():
    assert np.isnan(error(gap, [np.arange(3.0)], [np.arange(3.0)], 3, 10.0, {}))
