"""Features of a frame against numpy's FFT in float64, and what they do with loud, silent and narrow frames."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from swn_jax.errors import SwnError
from swn_jax.ops.bands import band_powers, edges
from swn_jax.ops.features import features

WIDTH, BANDS = 200, 20
ROWS = np.random.default_rng(0).normal(size=(3, 5, WIDTH)) * np.geomspace(1e-2, 3, 15).reshape(3, 5, 1)


def plain_powers(x):
    """Mean squares of numpy's FFT of each frame under a Hann window, over bands of a mel scale."""
    width = x.shape[-1]
    window = 0.5 - 0.5 * np.cos(2 * np.pi * (np.arange(width) + 0.5) / width)
    spectrum = np.abs(np.fft.rfft(x * window)) ** 2 / np.sum(window**2)
    mel = 2595 * np.log10(1 + 8000 / 700) * np.arange(BANDS) / BANDS  # O'Shaughnessy's formula, of 16 kHz
    first = sorted({round(700 * (10 ** (m / 2595) - 1) / 16000 * width) for m in mel})
    return np.stack([band.mean(-1) for band in np.split(spectrum, first[1:], axis=-1)], axis=-1)


def plain_features(x):
    level = np.sqrt(np.mean(x**2, -1, keepdims=True) + 1e-8)
    return np.concatenate([x / level, (np.log(level) + 1.5) / 2, (np.log(plain_powers(x) + 1e-8) + 5) / 4], axis=-1)


@pytest.mark.parametrize("width", [200, 400, 100, 41, 16])
def test_they_are_those_of_numpy(width):
    x = ROWS[..., :width] if width <= WIDTH else np.concatenate([ROWS, ROWS[::-1]], axis=-1)
    wanted = plain_features(x)
    with jax.enable_x64(True):
        np.testing.assert_allclose(features(jnp.asarray(x)), wanted, rtol=1e-10, atol=1e-10)
    np.testing.assert_allclose(features(jnp.asarray(x, jnp.float32)), wanted, rtol=1e-4, atol=1e-4)


def test_bands_cover_every_bin_once_and_are_fewer_in_narrow_frames():
    for width in range(16, 420):
        bounds = np.array(edges(width))
        assert (bounds[0], bounds[-1]) == (0, width // 2 + 1)
        assert (np.diff(bounds) > 0).all()
    assert [len(edges(width)) - 1 for width in (16, 40, 100, 200, 400)] == [8, 14, 19, 20, 20]


def test_white_noise_has_its_variance_in_every_band_and_a_sine_lies_in_one():
    noise = 0.3 * np.random.default_rng(1).normal(size=(20000, WIDTH)).astype(np.float32)
    np.testing.assert_allclose(band_powers(jnp.asarray(noise)).mean(0), 0.09, rtol=0.05)
    for bin in (4, 30, 95):
        sine = jnp.sin(2 * jnp.pi * bin / WIDTH * jnp.arange(WIDTH))
        powers = np.asarray(band_powers(sine))
        assert edges(WIDTH)[powers.argmax()] <= bin < edges(WIDTH)[powers.argmax() + 1]
        assert powers[np.array(edges(WIDTH)[:-1]) > bin + 2].max(initial=0) < 1e-8


def test_a_louder_sound_has_the_same_shape_and_its_logarithms_move_by_a_constant():
    with jax.enable_x64(True):
        quiet, loud = features(jnp.asarray(ROWS)), features(jnp.asarray(100 * ROWS))
    np.testing.assert_allclose(loud[..., :WIDTH], quiet[..., :WIDTH], rtol=1e-4)
    moved = np.asarray(loud - quiet)[..., WIDTH:]
    np.testing.assert_allclose(moved[..., 0], np.log(100) / 2, rtol=1e-4)
    np.testing.assert_allclose(moved[..., 1:], np.log(100**2) / 4, rtol=1e-2)


def test_nothing_of_the_frame_is_lost():
    found = np.asarray(features(jnp.asarray(ROWS, jnp.float32)), np.float64)
    np.testing.assert_allclose(found[..., :WIDTH] * np.exp(2 * found[..., WIDTH:][..., :1] - 1.5), ROWS, rtol=2e-6)


@pytest.mark.parametrize("frame", [
    np.zeros(WIDTH), np.full(WIDTH, 1e4), np.full(WIDTH, -1e4), 1e4 * (-1.0) ** np.arange(WIDTH),
    np.eye(WIDTH)[7] / 500, 1e4 * ROWS[0, 0],
], ids=["silence", "loud", "negative", "alternating", "one step", "noise"])  # fmt: skip
def test_extremes_stay_finite_and_so_do_their_gradients(frame):
    frame = jnp.asarray(frame, jnp.float32)
    values, slopes = features(frame), jax.jacrev(features)(frame)
    assert np.isfinite(values).all()
    assert np.isfinite(slopes).all()
    assert np.abs(values[:WIDTH]).max() <= np.sqrt(WIDTH)
    assert np.abs(values[WIDTH:]).max() < 10


def test_narrow_frames_are_refused():
    with pytest.raises(SwnError, match='found 3 numbers per frame, wanted 16 or more: take inputs="frame"'):
        features(jnp.zeros((2, 3)))
