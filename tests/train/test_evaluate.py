"""Evaluation: means over real sequences, whatever the batching and the padding."""

import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import runs

import swn_jax
from swn_jax.errors import SwnError
from swn_jax.train.evaluate import Scores, collect, make_score
from swn_jax.train.noise import noise_of
from swn_jax.train.pieces import noise_in, pieces
from swn_jax.train.report import bits_per_sample, report
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


@pytest.mark.parametrize("name", ["swavenet", "lstm"])
def test_stretches_have_the_bound_of_the_whole(name, sequences):
    """Of several recordings at once, of which one ends early; carries are those of each draw."""
    sizes = dict(layers=2, width=6, latent=2) if name == "swavenet" else dict(width=5, cells=6)
    model = swn_jax.build(name, runs.FRAME, **sizes)
    variables = jax.tree.map(lambda a: a + 0.3, jax.jit(model.init)(jax.random.key(0)))
    x = np.random.default_rng(5).standard_normal((61, runs.FRAME), np.float32)
    groups = [group([x, x[:17]], 3, 64)]
    groups[0][0].x[groups[0][0].mask == 0] = 0
    score = make_score(model, 3)
    whole, cut = (collect(score, variables, 11, groups, length) for length in (64, 9))
    for field in ("elbo", "log_px", "kl", "iwae", "frames"):
        np.testing.assert_allclose(getattr(cut, field), getattr(whole, field), rtol=1e-5, err_msg=field)
    np.testing.assert_allclose(np.sort(cut.by_frame), np.sort(whole.by_frame), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("length", [5, 8, 16, 19, 64])
@pytest.mark.parametrize("window", [16, 64])
def test_noise_does_not_depend_on_the_stretches(length, window):
    """Neither where a sequence is longer than a window, and its noise is made block by block."""
    model, rows, key = swn_jax.build("lstm", 1, width=2, cells=2), jnp.arange(2), jax.random.key(3)
    mask = np.broadcast_to((np.arange(64) < 61).astype(np.float32), (2, 64))
    batch = Batch(np.arange(128, dtype=np.float32).reshape(2, 64, 1) * mask[..., None], mask, np.full((2, 1), -1.0))

    def joined(length):
        noise, frames = [], []
        for draws, total, piece in pieces(model, batch, key, length, window, block=8):
            noise.append(noise_in(draws, total, 1, rows, piece.x.shape[1], 3))
            frames.append(piece.x * piece.mask[..., None])
        return np.concatenate(noise, 1)[:, :61], np.concatenate(frames, 1)[:, :61]

    noise, frames = joined(length)
    np.testing.assert_array_equal(frames, batch.x[:, :61])
    np.testing.assert_array_equal(noise, joined(61)[0])
    if window == 64:
        np.testing.assert_array_equal(noise, noise_of(key, 1, rows, 64, 3)[:, :61])
    assert len(np.unique(noise)) == noise.size


def test_stretches_of_no_frames_are_refused():
    model = swn_jax.build("lstm", 1, width=2, cells=2)
    batch = Batch(np.zeros((1, 3, 1)), np.ones((1, 3)), np.zeros((1, 1)))
    with pytest.raises(SwnError, match="found stretches of 0 frames, wanted 1 or more"):
        list(stretches(model, batch, 0))


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
