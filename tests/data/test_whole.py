import numpy as np
import pytest

from swn_jax.data.whole import whole
from swn_jax.errors import SwnError


@pytest.mark.parametrize(("batch", "multiple"), [(1, 1), (3, 4), (5, 2), (16, 64), (99, 7)])
def test_every_recording_once_and_whole(small, batch, multiple):
    signals = dict(zip(small.manifest.ids["train"], small.split("train"), strict=True))
    seen = []
    for group, real, ids in whole(small, "train", batch=batch, multiple=multiple):
        assert group.x.shape[0] == group.mask.shape[0] == group.before.shape[0] == batch
        assert group.x.shape[1] % multiple == 0
        assert {part.dtype for part in group} == {np.dtype(np.float32)}
        assert real == len(ids)
        for x, mask, before, name in zip(group.x, group.mask, group.before, ids, strict=False):
            n = len(signals[name]) // 200
            want = ((signals[name][: 200 * n].astype(float) - small.mean) / small.std).reshape(n, 200)
            np.testing.assert_allclose(before, want[0], atol=1e-6)
            np.testing.assert_allclose(x[: n - 1], want[1:], atol=1e-6)
            assert np.all(x[n - 1 :] == 0)
            np.testing.assert_array_equal(mask, np.arange(x.shape[0]) < n - 1)
        assert not group.mask[real:].any()
        assert not group.x[real:].any()
        seen += ids
    assert sorted(seen) == sorted(signals)


def test_only_the_last_group_has_empty_rows(small):
    assert [group.real for group in whole(small, "train", batch=5)] == [5, 5, 5, 1]
    assert [group.real for group in whole(small, "train", batch=8)] == [8, 8]


def test_short_ones_first_and_always_the_same(small):
    lengths = dict(zip(small.manifest.ids["train"], small.lengths("train"), strict=True))
    ids = [name for group in whole(small, "train", batch=3) for name in group.ids]
    assert [lengths[name] for name in ids] == sorted(lengths.values())
    assert ids == [name for group in whole(small, "train", batch=5) for name in group.ids]


def test_no_more_padding_than_the_multiple_asks(small):
    for group in whole(small, "train", batch=4, multiple=3):
        spare = group.batch.x.shape[1] - group.batch.mask.sum(axis=1).max()
        assert 0 <= spare < 3


def test_bad_arguments_are_refused_at_once(small):
    with pytest.raises(SwnError, match="no split of timit/listed 'tset': did you mean 'test'"):
        whole(small, "tset")
    with pytest.raises(SwnError, match="found batch=0 and multiple=64, wanted numbers from 1"):
        whole(small, "test", batch=0)
