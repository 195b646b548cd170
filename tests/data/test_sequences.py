"""Batches of masked sequences, on lines made here: every offset tells from which line and frame it is."""

from itertools import pairwise

import jax
import numpy as np
import pytest
from made_lines import LENGTHS, lines

from swn_jax.data import chunks, crops
from swn_jax.data.eval_batches import eval_batches
from swn_jax.data.sequences import sequences
from swn_jax.errors import SwnError


@pytest.fixture(scope="module", params=[(0, 1), (1, 0)], ids=["ink", "motion"])
def made(request, tmp_path_factory):
    return lines(tmp_path_factory.mktemp("lines"), *request.param)


def rows_of(batch):
    """Of each row: its line, the first and last frame predicted, and the frame before."""
    found = []
    for x, mask, before in zip(batch.x, batch.mask, batch.before, strict=True):
        n = int(mask.sum())
        line, first = (2 * x[0]).round().astype(int)
        np.testing.assert_array_equal(mask, np.arange(len(mask)) < n)
        np.testing.assert_allclose(2 * x[:n], np.stack([np.full(n, line), first + np.arange(n)], 1))
        np.testing.assert_allclose(2 * before, [line, first - 1] if first > 1 else [0, 0])
        assert not x[n:].any()
        found.append((line - 1, first - 1, first - 1 + n))
    return found


def epoch(data, seed, number=0):
    steps = range(number * data.steps_per_epoch, (number + 1) * data.steps_per_epoch)
    return [rows_of(data.batch_at(seed, step)) for step in steps]


def test_whole_lines_each_once_in_an_epoch(made):
    given = made.corpus.domain.given
    data = sequences(made, frames=1000, stride=1000, batch=1)
    seen = sorted(row for batch in epoch(data, 3) for row in batch)
    assert seen == [(i, given, n) for i, n in enumerate(LENGTHS)]


def test_long_ones_are_cut_and_every_frame_is_covered(made):
    given = made.corpus.domain.given
    data = sequences(made, frames=20, stride=15, batch=1)
    seen = sorted(row for batch in epoch(data, 3) for row in batch)
    for i, n in enumerate(LENGTHS):
        mine = [(a, b) for line, a, b in seen if line == i]
        if n - given <= 20:
            assert mine == [(given, n)]
            continue
        assert {b - a for a, b in mine} == {20}
        assert mine[0][0] == given
        assert mine[-1][1] == n
        assert all(b - a == 15 for (a, _), (b, _) in pairwise(mine[:-1]))


def test_pieces_in_a_batch_are_of_like_length_and_few_lengths_occur(made):
    data = sequences(made, frames=1000, stride=1000, batch=2)
    assert len(data.lengths) <= 6
    found = [data.batch_at(0, step) for step in range(40)]
    assert {batch.x.shape[1] for batch in found} <= set(data.lengths)
    real = sum(batch.mask.sum() for batch in found)
    assert real / sum(batch.mask.size for batch in found) > 0.7  # a random batch of two would have about half


def test_left_over_pieces_are_others_each_time(made):
    data = sequences(made, frames=1000, stride=1000, batch=4)
    assert data.steps_per_epoch == 3
    seen = [{line for batch in epoch(data, 1, number) for line, _, _ in batch} for number in range(8)]
    assert all(len(lines) == 12 for lines in seen)
    assert set.union(*seen) == set(range(14))


def test_a_pure_function_of_seed_and_step(made):
    one, other = (sequences(made, frames=30, stride=30, batch=3) for _ in range(2))
    for step in (25, 0, 1, 25):
        for a, b in zip(one.batch_at(7, step), other.batch_at(7, step), strict=True):
            np.testing.assert_array_equal(a, b)
    orders = {str(epoch(one, seed, number)) for seed in (0, 1) for number in (0, 1)}
    assert len(orders) == 4


def test_statistics_are_of_the_frames_also_across_chunks(made, tmp_path, monkeypatch):
    frames = np.concatenate([np.stack([np.full(n, i + 1.0), np.arange(1.0, n + 1)], 1) for i, n in enumerate(LENGTHS)])
    monkeypatch.setattr(chunks, "CHUNK", 13)
    domain = made.corpus.domain
    for prepared in (made, lines(tmp_path, domain.given, domain.overlap)):
        np.testing.assert_allclose(prepared.manifest.mean, frames.mean(0), rtol=1e-12)
        np.testing.assert_allclose(prepared.manifest.std, frames.std(0), rtol=1e-12)


def test_rungs_are_few_and_long_enough():
    lengths = np.random.RandomState(0).geometric(0.01, 5000)
    rungs = crops.buckets(lengths)
    assert len(rungs) == 6
    assert rungs[-1] >= lengths.max()
    padded = rungs[np.searchsorted(rungs, lengths)]
    shares = [np.mean(padded == rung) for rung in rungs]
    np.testing.assert_allclose(shares, 1 / 6, atol=0.05)
    assert crops.buckets([40, 40, 40]).tolist() == [40]


def test_evaluation_counts_every_line(made):
    given, seen = made.corpus.domain.given, []
    for batch, real, ids in eval_batches(made, "train", batch=4):
        rows = rows_of(jax.tree.map(lambda part, real=real: part[:real], batch))
        assert ids == tuple(f"line{line}" for line, _, _ in rows)
        seen += rows
    assert sorted(seen) == [(i, given, n) for i, n in enumerate(LENGTHS)]


def test_bad_arguments(made):
    with pytest.raises(SwnError, match="found frames=5, stride=0 and batch=1"):
        sequences(made, frames=5, stride=0, batch=1)
    with pytest.raises(SwnError, match="found 14 crops .*, wanted 15 or more: take a batch of 14 or less"):
        sequences(made, frames=1000, stride=10, batch=15)
    with pytest.raises(SwnError, match="found seed=-1 and step=0"):
        sequences(made, frames=1000, stride=10, batch=5).batch_at(-1, 0)
