"""The facts of the real sample: what its notes and an independent reading state."""

import numpy as np
import pytest

from swn_jax.corpora import open_corpus, prepare
from swn_jax.data.eval_batches import eval_batches
from swn_jax.domains.speech.audio import read


@pytest.fixture(scope="module")
def real(sample, tmp_path_factory):
    data_dir = tmp_path_factory.mktemp("real")
    prepare("timit", data_dir, manual_dir=sample, split_file=sample / "split.txt")
    return open_corpus("timit/listed", data_dir)


def test_counts_and_moments(real):
    assert real.manifest.counts == {"train": 80, "valid": 20, "test": 20}
    assert real.manifest.speakers == {"train": 8, "valid": 2, "test": 2}
    assert sum(real.manifest.seconds.values()) == pytest.approx(367.8, abs=0.05)
    assert real.shift.item() == pytest.approx(0.032, abs=5e-4)
    assert real.scale.item() == pytest.approx(555.52, abs=5e-3)


def test_predicted_frames_of_the_test_split(real):
    frames = sum(group.batch.mask.sum() for group in eval_batches(real, "test"))
    assert round(frames / 20) == 252


def test_samples_agree_with_the_files(real, sample):
    files = sorted(sample.glob("*/*.wav"))
    assert len(files) == 120
    for split in real.corpus.splits:
        for name, audio in zip(real.manifest.ids[split], real.split(split), strict=True):
            dialect, speaker, sentence = name.split("/")
            path = sample / f"{dialect}-{speaker}" / f"{sentence}.wav"
            np.testing.assert_array_equal(audio, np.frombuffer(path.read_bytes()[1024:], "<i2"))
            np.testing.assert_array_equal(audio, read(path, 16000))
