"""Long-term prediction against one block after the other."""

import numpy as np

from swn_jax.domains.speech.baselines.long_term import without_period


def plain(r):
    padded, left = np.concatenate([np.zeros(720), r]), r.copy()
    for start in range(0, len(r), 20):
        recent = padded[start + 400 : start + 720]
        found = []
        for lag in range(32, 401):
            past = padded[start + 400 - lag : start + 720 - lag]
            energy = past @ past + 1e-9
            found.append((recent @ past / np.sqrt(energy * (recent @ recent + 1e-9)), lag, recent @ past / energy))
        correlation, lag, gain = max(found, key=lambda each: each[0])
        if correlation > 0.3:
            for t in range(start, min(start + 20, len(r))):
                left[t] = r[t] - 0.8 * min(gain, 1) * padded[720 + t - lag]
    return left


def pulses(count, period=123):
    """A rough voice: pulses of that period in noise."""
    x = 0.1 * np.random.default_rng(0).normal(size=count)
    x[::period] += 2
    return x


def test_it_is_that_of_a_loop():
    for count in (1510, 45):
        np.testing.assert_allclose(without_period(pulses(count)), plain(pulses(count)), rtol=1e-9, atol=1e-9)


def test_a_voice_is_predicted_and_noise_is_left_alone():
    voice = pulses(4000)
    assert np.mean(without_period(voice)[1000:] ** 2) < 0.6 * np.mean(voice[1000:] ** 2)
    noise = np.random.default_rng(1).normal(size=4000)
    np.testing.assert_array_equal(without_period(noise)[1000:], noise[1000:])
    np.testing.assert_array_equal(without_period(np.zeros(500)), np.zeros(500))
