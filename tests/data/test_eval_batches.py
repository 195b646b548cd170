import dataclasses

import numpy as np
import pytest

from swn_jax.data.eval_batches import eval_batches
from swn_jax.errors import SwnError


@pytest.mark.parametrize("batch", [1, 3, 5, 16, 99])
def test_every_recording_once_and_whole(small, batch):
    signals = dict(zip(small.manifest.ids["train"], small.split("train"), strict=True))
    seen = []
    for group, real, ids in eval_batches(small, "train", batch=batch):
        assert group.x.shape[0] == group.mask.shape[0] == group.before.shape[0] == batch
        assert {part.dtype for part in group[:3]} == {np.dtype(np.float32)}
        assert real == len(ids)
        for x, mask, before, name in zip(group.x, group.mask, group.before, ids, strict=False):
            n = len(signals[name]) // 200
            want = ((signals[name][: 200 * n].astype(float) - small.shift) / small.scale).reshape(n, 200)
            np.testing.assert_allclose(before, want[0], atol=1e-6)
            np.testing.assert_allclose(x[: n - 1], want[1:], atol=1e-6)
            assert np.all(x[n - 1 :] == 0)
            np.testing.assert_array_equal(mask, np.arange(x.shape[0]) < n - 1)
        assert not group.mask[real:].any()
        assert not group.x[real:].any()
        seen += ids
    assert sorted(seen) == sorted(signals)


def test_only_the_last_group_has_empty_rows(small):
    assert [group.real for group in eval_batches(small, "train", batch=5)] == [5, 5, 5, 1]
    assert [group.real for group in eval_batches(small, "train", batch=8)] == [8, 8]


@pytest.mark.parametrize("frames", [1, 12, 30, 1000])
def test_groups_of_long_recordings_have_fewer_rows(small, frames):
    groups = list(eval_batches(small, "train", batch=5, frames=frames))
    ids = [name for group in groups for name in group.ids]
    assert ids == [name for group in eval_batches(small, "train", batch=5) for name in group.ids]
    for group in groups:
        assert group.batch.mask.size <= frames or len(group.batch.mask) == 1
        assert 1 <= group.real <= len(group.batch.mask) <= 5
    assert len({group.batch.mask.shape for group in groups}) <= len({group.batch.mask.shape[1] for group in groups})


def test_short_ones_first_and_always_the_same(small):
    lengths = dict(zip(small.manifest.ids["train"], small.split("train").lengths, strict=True))
    ids = [name for group in eval_batches(small, "train", batch=3) for name in group.ids]
    assert [lengths[name] for name in ids] == sorted(lengths.values())
    assert ids == [name for group in eval_batches(small, "train", batch=5) for name in group.ids]


def test_a_corpus_of_segments_counts_segments(small):
    """Three frames each, with the frame before; what is left at the end of a recording is not counted."""
    cut = dataclasses.replace(small, corpus=dataclasses.replace(small.corpus, segment=3))
    want = []
    for name, rows in zip(small.manifest.ids["test"], small.split("test"), strict=True):
        frames = small.scaled(rows[: len(rows) // 200 * 200].reshape(-1, 200).astype(float))
        want += [(name, frames[i : i + 4]) for i in range(0, len(frames) - 3, 3)]
    got = []
    for batch, real, ids in eval_batches(cut, "test", batch=4):
        assert np.all(batch.mask[:real, :3] == 1)
        assert not batch.mask[:, 3:].any()
        got += [(ids[i], np.concatenate([batch.before[i : i + 1], batch.x[i, :3]])) for i in range(real)]
    assert [name for name, _ in got] == [name for name, _ in want]
    np.testing.assert_allclose([x for _, x in got], [x for _, x in want], atol=1e-6)
    long = dataclasses.replace(small, corpus=dataclasses.replace(small.corpus, segment=1000))
    with pytest.raises(SwnError, match=r"split test: found no recording of 1000 frames: prepare longer ones"):
        eval_batches(long, "test")


def test_bad_arguments_are_refused_at_once(small):
    with pytest.raises(SwnError, match="no split of timit/listed 'tset': did you mean 'test'"):
        eval_batches(small, "tset")
    with pytest.raises(SwnError, match="found batch=0, wanted 1 or more"):
        eval_batches(small, "test", batch=0)
