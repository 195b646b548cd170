"""Evaluation: means over real sequences, whatever the batching and the padding."""

import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import runs

from swn_jax.train.evaluate import Scores, bits_per_sample, collect, make_score, report
from swn_jax.train.noise import block_keys, noise_of
from swn_jax.train.state import variables_of
from swn_jax.train.stretches import stretches
from swn_jax.types import Batch

LENGTHS = (3, 9, 5, 7, 4)


@pytest.fixture(scope="module")
def sequences():
    noise = np.random.default_rng(3)
    return [noise.standard_normal((n, runs.FRAME), np.float32) for n in LENGTHS]


def group(sequences, rows, frames):
    """A padded batch with NaN where nothing may look."""
    x = np.full((rows, frames, runs.FRAME), np.nan, np.float32)
    mask = np.zeros((rows, frames), np.float32)
    for i, s in enumerate(sequences):
        x[i, : len(s)], mask[i, : len(s)] = s, 1
    return Batch(x, mask, np.zeros((rows, runs.FRAME), np.float32)), len(sequences), ()


@pytest.fixture(scope="module")
def scored():
    model, variables = runs.parts()[0], variables_of(runs.first())
    score = make_score(model, 3)
    return lambda groups: collect(score, variables, 11, groups)


def test_batching_and_padding_change_nothing(scored, sequences):
    one = scored([group(sequences, 5, 9)])
    more = scored([group(sequences[:2], 4, 9), group(sequences[2:], 4, 9)])
    for name, a, b in zip(Scores._fields, one, more, strict=True):
        assert a.shape[0] == (sum(LENGTHS) if name == "by_frame" else len(LENGTHS))
        np.testing.assert_allclose(b, a, rtol=1e-5, atol=1e-5, err_msg=name)


def test_scores_against_the_terms_by_hand(scored, sequences):
    model, variables = runs.parts()[0], variables_of(runs.first())
    batch, _, _ = group(sequences, 5, 9)
    found, weights = scored([(batch, 5, ())]), []
    for k in range(3):
        noise = noise_of(jax.random.key(11), k, jnp.arange(5), 9, 6)
        terms = jax.device_get(model.terms(variables, jax.tree.map(jnp.asarray, batch), noise)[0])
        real = batch.mask > 0
        log_px = np.where(real, terms.log_px, 0).sum(1)
        kl = np.where(real[..., None], terms.kl, 0).sum(1)
        if k == 0:
            np.testing.assert_allclose(found.elbo, log_px - kl.sum(-1), rtol=1e-5)
            np.testing.assert_allclose(found.kl, np.stack([kl[:, :3].sum(1), kl[:, 3:].sum(1)], 1), rtol=1e-4)
        weights.append(log_px - np.where(real, terms.log_ratio.sum(-1), 0).sum(1))
    np.testing.assert_allclose(found.iwae, np.log(np.mean(np.exp(weights), 0)), rtol=1e-5)
    np.testing.assert_array_equal(found.frames, LENGTHS)
    assert found.by_frame.shape == (sum(LENGTHS),)
    np.testing.assert_allclose(found.by_frame.sum(), found.elbo.sum(), rtol=1e-5)


def test_long_sequences_in_stretches_are_as_whole_ones(scored, sequences):
    """A model of two layers reads no further than the overlap."""
    model, variables, key = runs.parts()[0], variables_of(runs.first()), jax.random.key(11)
    x = np.random.default_rng(5).standard_normal((61, runs.FRAME), np.float32)
    batch, _, _ = group([x], 1, 64)
    batch.x[0, 61:] = 0
    keys, arrays = block_keys(key, 0, 8), jax.tree.map(jnp.asarray, batch)
    score = make_score(model, 3)
    whole = score(variables, keys, jnp.asarray(0), arrays, arrays.mask)
    found = collect(score, variables, 11, [(batch, 1, ())], window=24, overlap=8)
    for name in ("elbo", "log_px", "kl", "frames"):
        np.testing.assert_allclose(getattr(found, name), getattr(whole, name), rtol=1e-5, err_msg=name)
    np.testing.assert_allclose(found.iwae, np.log(np.mean(np.exp(np.float64(whole.log_weight)), 1)), rtol=1e-5)
    np.testing.assert_allclose(found.by_frame, whole.by_frame[0, :61], rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("length", [24, 25, 32, 33, 40, 41, 61, 64])
def test_every_frame_counts_once_and_has_its_neighbours(length):
    mask = (np.arange(64) < length).astype(np.float32)[None]
    batch = Batch(np.arange(64, dtype=np.float32)[None, :, None] * mask[..., None], mask, np.full((1, 1), -1.0))
    seen = []
    for keys, piece, counted in stretches(batch, jax.random.key(0), window=24, overlap=8):
        assert piece.x.shape == (1, 24, 1)
        assert piece.before[0, 0] == piece.x[0, 0, 0] - 1
        frames = piece.x[0, counted[0] > 0, 0]
        assert frames[0] - piece.x[0, 0, 0] >= (8 if seen else 0)
        assert piece.x[0, piece.mask[0] > 0, 0][-1] - frames[-1] >= (8 if frames[-1] < length - 1 else 0)
        assert len(keys) == (3 if length > 24 else 1)
        seen += frames.tolist()
    assert seen == list(range(length))


def test_report_converts_units():
    scores = Scores(
        elbo=np.array([10.0, 30.0]), log_px=np.array([12.0, 36.0]), kl=np.array([[1.0, 1.0], [2.0, 4.0]]),
        iwae=np.array([11.0, 31.0]), at_floor=np.array([1.0, 0.0]), frames=np.array([3.0, 5.0]),
        by_frame=np.array([5.0, -9.0, 14.0, 6.0, 8.0, 7.0, 5.0, 4.0]),
    )  # fmt: skip
    r = report(scores, samples=8)
    assert (r["elbo"], r["log_px"], r["kl"], r["kl_by_layer"], r["iwae"]) == (20.0, 24.0, 4.0, [1.5, 2.5], 21.0)
    assert r["elbo_per_frame"] == 5.0
    assert r["frames_at_floor"] == 1 / 8
    assert (r["median_frame"], r["worst_frames"]) == (5.5, -9.0 / 2)
    # a density of standardised samples, in bits of 16-bit steps
    assert bits_per_sample(scores, width=2, scale=555.0) == pytest.approx(-(40 / 16 - math.log(555.0)) / math.log(2))
    assert r["elbo_standard_error"] == pytest.approx(10.0)
    assert (r["sequences"], r["frames"]) == (2, 8)
