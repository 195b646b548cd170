import dataclasses
import shutil

import numpy as np
import pytest

from swn_jax.corpora import open_corpus, prepare
from swn_jax.errors import SwnError


def test_split_reads_the_recordings_in_the_order_of_the_list(small):
    # write_flat: speaker i says sentence j in 900 + 37 i + 11 j samples of seed 10 i + j.
    for split, speakers in (("train", range(8)), ("valid", (8, 9)), ("test", (10, 11))):
        want = [(900 + 37 * i + 11 * j, 10 * i + j) for i in speakers for j in range(2)]
        got = small.split(split)
        assert len(got) == len(want)
        assert got.lengths == tuple(n for n, _ in want)
        assert got.counts == tuple(n // 200 for n, _ in want)
        for audio, (n, seed) in zip(got, want, strict=True):
            assert audio.dtype == np.int16
            np.testing.assert_array_equal(audio, np.random.RandomState(seed).randint(-900, 900, n))


def test_mean_and_std_are_of_the_training_signal(small):
    joined = np.concatenate(list(small.split("train"))).astype(float)
    assert small.shift.tolist() == [pytest.approx(joined.mean(), rel=1e-12)]
    assert small.scale.tolist() == [pytest.approx(joined.std(), rel=1e-12)]


def test_frames_are_cut_anywhere_and_scaled_and_back(small):
    split = small.split("valid")
    rows = split[2].astype(float)
    frames = split.frames(2, 1, 5)
    np.testing.assert_array_equal(frames, rows[200:1000].reshape(4, 200))
    scaled = small.scaled(frames)
    np.testing.assert_allclose(scaled, (frames - small.shift) / small.scale, rtol=1e-14)
    np.testing.assert_array_equal(small.rows(scaled), split[2][200:1000])


def test_reads_lazily(small):
    split = small.split("test")
    assert "signal" not in vars(split)
    split[2]
    assert "signal" in vars(split)


@pytest.mark.parametrize("index", [4, -1])
def test_no_such_recording(small, index):
    with pytest.raises(IndexError, match=f"test holds 4 recordings, asked for number {index}"):
        small.split("test")[index]


def test_unknown_names(small, tmp_path):
    with pytest.raises(SwnError, match="no split of timit/listed 'vaild': did you mean 'valid'"):
        small.split("vaild")
    with pytest.raises(SwnError, match=r"no scaling of speech 'coordinate': \(known: signal\)"):
        open_corpus("timit/listed", small.path.parents[1], "coordinate")
    with pytest.raises(SwnError, match="no corpus 'synthetic_spech': did you mean 'synthetic_speech'"):
        open_corpus("synthetic_spech", tmp_path)


def test_sound_in_other_frames(small):
    """The same samples and scaling in shorter frames; a unit of some frames stays as long."""
    short = open_corpus("timit/listed", small.path.parents[1], frame_size=50)
    assert (short.frame_size, short.scale, small.frame_size) == (50, small.scale, 200)
    split = short.split("test")
    assert split.counts == tuple(n // 50 for n in split.lengths)
    np.testing.assert_array_equal(split.frames(1, 2, 5), split[1][100:250].astype(float).reshape(3, 50))
    cut = dataclasses.replace(short, corpus=dataclasses.replace(short.corpus, segment=40))
    assert (cut.segment, short.segment) == (160, None)


def test_frames_that_cannot_be(small, tmp_path):
    with pytest.raises(SwnError, match="timit/listed: found frame_size=60, wanted 0 or a divisor of 200"):
        open_corpus("timit/listed", small.path.parents[1], frame_size=60)
    prepare("synthetic_ink", tmp_path, train=2, valid=1, test=1)
    with pytest.raises(SwnError, match="synthetic_ink: found frame_size=1, wanted 0: change frame_size"):
        open_corpus("synthetic_ink", tmp_path, frame_size=1)


def test_not_prepared(tmp_path):
    prepare("synthetic_speech", tmp_path, train=2, valid=1, test=1)
    message = (
        rf"{tmp_path}/timit/1.0.0: found nothing, wanted timit \(prepared there: synthetic_speech\): "
        rf"run `swn prepare --dataset=timit --manual_dir=DIR --data_dir={tmp_path}`"
    )
    with pytest.raises(SwnError, match=message):
        open_corpus("timit", tmp_path)


def test_a_damaged_file_is_told(small, tmp_path):
    shutil.copytree(small.path, tmp_path / "timit_listed" / "1.0.0")
    (file,) = (tmp_path / "timit_listed" / "1.0.0").glob("*-train.*")
    content = bytearray(file.read_bytes())
    for at in range(200, len(content) - 200, 97):
        content[at] ^= 0xFF
    file.write_bytes(content)
    with pytest.raises(SwnError, match=r"split train: damaged .*: remove that folder and prepare it again"):
        list(open_corpus("timit/listed", tmp_path).split("train"))
