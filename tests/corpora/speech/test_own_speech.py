"""The corpora that are a folder of one's own: blizzard, speech_folder."""

import numpy as np
import pytest

from swn_jax.corpora import blizzard, speech_folder
from swn_jax.domains.speech import sound_folder
from swn_jax.errors import SwnError

OWN = {"by": "file", "valid": 0.1, "test": 0.1, "rate": 16000}


def numbered(n):
    return [f"part{i}.wav" for i in range(1, n + 1)]


def test_blizzard_takes_natural_order(tmp_path, sounds, ids):
    got = ids(blizzard.index(sounds(tmp_path, numbered(40))))
    assert got["train"] == [f"part{i}" for i in range(1, 37)]
    assert got["valid"] == ["part37", "part38"]
    assert got["test"] == ["part39", "part40"]


def test_blizzard_takes_the_unsegmented_form(tmp_path, sounds, ids):
    sounds(tmp_path / "segmented", numbered(9))
    sounds(tmp_path / "unsegmented", numbered(3))
    assert ids(blizzard.index(tmp_path)) == {"train": ["part1"], "valid": ["part2"], "test": ["part3"]}


def test_blizzard_follows_a_list(tmp_path, sounds, ids):
    sounds(tmp_path / "x", ["b.flac", "a.wav", "c.ogg", "d.wav"])
    (tmp_path / "list").write_text("test x/a.wav\ntrain x/c\ntrain x/b.wav  # now flac\nvalid ./x/d.wav\n")
    assert ids(blizzard.index(tmp_path, tmp_path / "list")) == {
        "train": ["x/c", "x/b"],
        "valid": ["x/d"],
        "test": ["x/a"],
    }


@pytest.mark.parametrize("line", ["train x/e.wav", "train x/a", "some x/b.wav", "train"])
def test_bad_lists(line, tmp_path, sounds):
    sounds(tmp_path / "x", ["a.wav", "b.wav", "c.wav"])
    (tmp_path / "list").write_text(f"test x/a.wav\n{line}\n")
    for index in (lambda: blizzard.index(tmp_path, tmp_path / "list"), lambda: own(tmp_path, tmp_path / "list")):
        with pytest.raises(SwnError, match="list, line 2: "):
            index()


def own(root, split_file=None, **options):
    return speech_folder.index(manual_dir=root, split_file=split_file, **OWN | options)


def people(counts):
    return [f"{who}/{i}.wav" for who, n in counts.items() for i in range(n)]


def test_own_by_file(tmp_path, sounds, ids):
    index = own(sounds(tmp_path, [*people({"p10": 5, "p9": 4}), "loose.wav"]))
    got = ids(index)
    assert got["train"] == ["loose", "p9/0", "p9/1", "p9/2", "p9/3", "p10/0", "p10/1", "p10/2"]
    assert (got["valid"], got["test"]) == (["p10/3"], ["p10/4"])
    assert [recording.speaker for recording in index.splits["train"]][:2] == ["unknown", "p9"]
    assert index.rate == 16000.0


def test_own_by_speaker(tmp_path, sounds, ids):
    got = ids(own(sounds(tmp_path, people({"p10": 2, "p9": 3, "q/deep": 1})), by="speaker"))
    assert got == {"train": ["p9/0", "p9/1", "p9/2"], "valid": ["p10/0", "p10/1"], "test": ["q/deep/0"]}


@pytest.mark.parametrize(("valid", "test", "counts"), [(0.1, 0.1, (16, 2, 2)), (0.25, 0.5, (5, 5, 10))])
def test_own_shares(valid, test, counts, tmp_path, sounds):
    for by, names in (("file", numbered(20)), ("speaker", people({f"p{i}": 1 for i in range(20)}))):
        index = own(sounds(tmp_path / by, names), by=by, valid=valid, test=test)
        assert tuple(map(len, index.splits.values())) == counts


@pytest.mark.parametrize("count", [1, 2])
def test_one_or_two_recordings_are_divided_by_time(count, tmp_path, sounds):
    sounds(tmp_path, numbered(count))
    index = own(tmp_path, by="time", valid=0.25, test=0.125)
    for i, recording in enumerate(sound_folder.recordings(sound_folder.find(tmp_path)[0], 16000, str).values()):
        want = np.concatenate(list(recording.read()))
        parts = [np.concatenate(list(index.splits[split][i].read())) for split in ("train", "valid", "test")]
        np.testing.assert_array_equal(np.concatenate(parts), want)
        np.testing.assert_allclose([len(part) / len(want) for part in parts], [0.625, 0.25, 0.125], atol=0.002)
        assert {index.splits[split][i].file for split in index.splits} == {None}
    assert "divided by time" in index.notes[-1]


def test_own_rate(tmp_path, sounds):
    index = own(sounds(tmp_path, numbered(3), rate=16000), rate=8000)
    assert index.rate == 8000.0
    assert sum(map(len, index.splits["train"][0].read())) == 200


BAD = {
    "by": ({"by": "speakers"}, "there is no way to split by 'speakers': did you mean 'speaker'"),
    "valid": ({"valid": 0.0}, "found shares valid=0.0 and test=0.1, wanted each above 0"),
    "nan": ({"test": float("nan")}, "found shares valid=0.1 and test=nan"),
    "sum": ({"valid": 0.6, "test": 0.4}, "the sum below 1"),
    "rate": ({"rate": 100}, "found rate=100, wanted 4000 to 768000 Hz"),
    "none left": ({"valid": 0.45, "test": 0.45}, "found nothing left to train at valid=0.45 and test=0.45"),
    "loose": ({"by": "speaker"}, "part1.wav: found no folder around it, wanted one per speaker"),
    "two rules": ({"by": "speaker", "split_file": "list"}, "found by=speaker too, wanted one way"),
}


@pytest.mark.parametrize("case", BAD)
def test_own_bad_options(case, tmp_path, sounds):
    options, message = BAD[case]
    sounds(tmp_path, numbered(4))
    (tmp_path / "list").write_text("train part1\ntrain part2\nvalid part3\ntest part4\n")
    options = {key: tmp_path / value if key == "split_file" else value for key, value in options.items()}
    with pytest.raises(SwnError, match=message):
        own(tmp_path, **options)


@pytest.mark.parametrize("by", ["file", "speaker"])
def test_too_few(by, tmp_path, sounds):
    sounds(tmp_path, people({"p": 1, "q": 1}))
    with pytest.raises(SwnError, match="found 2 to split, wanted 3 or more: .*--option=by=time$"):
        own(tmp_path, by=by)
    with pytest.raises(SwnError, match="found 2 to split, .*--dataset=speech_folder --option=by=time$"):
        blizzard.index(tmp_path)


def test_a_damaged_file_is_found_when_it_is_read(tmp_path, sounds):
    sounds(tmp_path, numbered(3))
    (tmp_path / "part1.wav").write_bytes((tmp_path / "part1.wav").read_bytes()[:-10])
    index = blizzard.index(tmp_path)
    with pytest.raises(SwnError, match="part1.wav: wrong length"):
        list(index.splits["train"][0].read())


def test_real_voice(real):
    root = real("speech_single")
    index = blizzard.index(root, root / "split.txt")
    assert {split: len(parts) for split, parts in index.splits.items()} == {"train": 110, "valid": 14, "test": 14}
    recordings = [recording for parts in index.splits.values() for recording in parts]
    assert len({recording.id for recording in recordings}) == 138
    lengths = [sum(map(len, recording.read())) for recording in recordings]
    assert round(sum(lengths) / 16000, 1) == 631.7
    assert sum(lengths) == sum((recording.file.stat().st_size - 44) // 2 for recording in recordings)


def test_real_voice_from_its_originals(real):
    root = real("speech_single")
    index = blizzard.index(root / "original_flac48k")
    for (recording,) in index.splits.values():
        got = np.concatenate(list(recording.read())).astype(int)
        resampled = root / "wav16k" / f"{recording.id}.wav"
        want = np.frombuffer(resampled.read_bytes()[44:], "<i2")[: len(got)].astype(int)
        assert np.sqrt(np.mean((got[: len(want)] - want) ** 2)) < 2  # of a level of 2000; another filter made it
