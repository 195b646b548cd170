"""Which words samples say: recordings of noise of different colour stand for words."""

import json

import numpy as np
import soundfile

from swn_jax.corpora import open_corpus, prepare
from swn_jax.studies.sample_asked import said
from swn_jax.studies.spoken import rightly, spoken

COLOURS = {"0": 1, "3": 4, "9": 12}  # samples over which noise is averaged


def word(label, seed):
    noise = np.random.RandomState(seed).randn(2400)
    width = COLOURS[label]
    return np.rint(4000 * np.convolve(noise, np.ones(width) / width, "same")).astype(np.int16)


def test_what_is_told_is_counted(tmp_path):
    """Samples of the words 0, 0 and 3, the second of which says 9."""
    for seed, (label, number) in enumerate((a, b) for a in COLOURS for b in (0, 1, 5, 6, 10, 11, 12, 13)):
        path = tmp_path / "recordings" / f"{label}_ann_{number}.wav"
        path.parent.mkdir(exist_ok=True)
        soundfile.write(path, word(label, seed), 8000)
    prepare("spoken_digit", tmp_path / "data", manual_dir=tmp_path)
    corpus, samples = open_corpus("spoken_digit", tmp_path / "data"), [word(each, 99) for each in ("0", "9", "3")]
    found = spoken(corpus, "test", ("0", "0", "3"), samples)
    assert found.names == ("0", "3", "9")
    np.testing.assert_array_equal(found.made, [[1, 0, 1], [0, 1, 0], [0, 0, 0]])
    np.testing.assert_array_equal(found.real, 2 * np.eye(3))
    assert (rightly(found.made), rightly(found.real)) == (2 / 3, 1)
    table = said(tmp_path, "run", corpus, ["0", "0", "3"], samples, "test")
    assert table.rows[0] == ("all", "67", "", "100", "")
    assert table.rows[1] == ("0", "50", "0", "100", "0")
    assert table.rows[3] == ("9", "-", "-", "100", "9")
    content = json.loads((tmp_path / "words.json").read_text())
    assert content == {"names": ["0", "3", "9"], "samples": found.made.tolist(), "test": (2 * np.eye(3)).tolist()}
