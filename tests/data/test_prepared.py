import numpy as np
import pytest

from swn_jax.data import open_corpus, prepare
from swn_jax.errors import SwnError


def test_split_reads_the_recordings_in_the_order_of_the_list(small):
    # write_flat: speaker i says sentence j in 900 + 37 i + 11 j samples of seed 10 i + j.
    for split, speakers in (("train", range(8)), ("valid", (8, 9)), ("test", (10, 11))):
        want = [(900 + 37 * i + 11 * j, 10 * i + j) for i in speakers for j in range(2)]
        got = small.split(split)
        assert len(got) == len(want)
        assert small.lengths(split) == tuple(n for n, _ in want)
        for audio, (n, seed) in zip(got, want, strict=True):
            assert audio.dtype == np.int16
            np.testing.assert_array_equal(audio, np.random.RandomState(seed).randint(-900, 900, n))


def test_mean_and_std_are_of_the_training_signal(small):
    joined = np.concatenate(list(small.split("train"))).astype(float)
    assert small.mean == pytest.approx(joined.mean(), rel=1e-12)
    assert small.std == pytest.approx(joined.std(), rel=1e-12)


def test_reads_lazily(small):
    split = small.split("test")
    assert "_source" not in vars(split)
    split[2]
    assert "_source" in vars(split)


@pytest.mark.parametrize("index", [4, -1])
def test_no_such_recording(small, index):
    with pytest.raises(IndexError, match=f"test holds 4 recordings, asked for number {index}"):
        small.split("test")[index]


def test_unknown_names(small, tmp_path):
    for ask in (small.split, small.lengths):
        with pytest.raises(SwnError, match="no split of timit/listed 'vaild': did you mean 'valid'"):
            ask("vaild")
    with pytest.raises(SwnError, match="no corpus 'synthetic': did you mean 'synthetic_speech'"):
        open_corpus("synthetic", tmp_path)


def test_not_prepared(tmp_path):
    prepare("synthetic_speech", tmp_path, train=2, valid=1, test=1)
    message = (
        rf"{tmp_path}/timit/1.0.0: found nothing, wanted timit \(prepared there: synthetic_speech\): "
        rf"run `python -m experiments.prepare --dataset=timit --manual_dir=DIR --data_dir={tmp_path}`"
    )
    with pytest.raises(SwnError, match=message):
        open_corpus("timit", tmp_path)
