"""The corpora that fetch themselves: spoken_digit, ljspeech, vctk, timit_sample."""

import itertools
import re

import numpy as np
import pytest

from swn_jax.corpora import ljspeech, spoken_digit, vctk
from swn_jax.corpora.timit import sample
from swn_jax.errors import SwnError


def digits(speakers, numbers):
    return [f"recordings/{d}_{who}_{n}.wav" for d, who, n in itertools.product((0, 9), speakers, numbers)]


def passages(chapters, n=2):
    return [f"wavs/LJ{c:03d}-{p:04d}.wav" for c in chapters for p in range(1, n + 1)]


def sentences(speakers, mics=("mic1", "mic2")):
    return [f"{vctk.PART}/{who}/{who}_00{n}_{mic}.flac" for who in speakers for n in (1, 2) for mic in mics]


def speakers16():
    return [name.replace("/", "-") for name in sample.HELD] + [f"dr1-fabc{i}" for i in range(12)]


LAYOUTS = {
    "spoken_digit": (spoken_digit, {"split": "official"}, digits(("george", "theo"), (0, 5, 10)), "free-1.0.9"),
    "ljspeech": (ljspeech, {}, passages(range(1, 5)), "LJSpeech-1.1"),
    "vctk": (vctk, {"mic": "mic1", "split": "speaker"}, sentences(("p225", "p226", "p1000", "s5")), "VCTK-Corpus-0.92"),
    "timit_sample": (
        sample,
        {"split": "speaker"},
        [f"{who}/sa{n}.wav" for who in speakers16() for n in (1, 2)],
        "timit",
    ),
}


@pytest.fixture(params=LAYOUTS)
def corpus(request, tmp_path, sounds):
    module, options, names, nested = LAYOUTS[request.param]
    root = sounds(tmp_path / nested, names, rate=8000 if module is spoken_digit else 16000)
    return module, options, root


def test_fetched_from_a_folder_and_from_its_parent(corpus, ids):
    module, options, root = corpus
    asked = []

    def fetch(url, sha256):
        asked.append((url, sha256))
        return root.parent

    given = module.index(**options, manual_dir=root, fetch=fetch)
    assert asked == []
    assert (
        ids(module.index(**options, fetch=fetch)) == ids(module.index(**options, manual_dir=root.parent)) == ids(given)
    )
    assert asked == [(module.URL, getattr(module, "SHA256", None))]
    assert all(given.splits.values())


def test_records_say_what_the_plans_take(corpus):
    module, options, _ = corpus
    record = module.CORPUS
    assert record.index is module.index
    assert dict(record.options) == options
    assert record.downloads
    assert record.embedded
    assert set(record.takes) == {"manual_dir", "split_file"}
    assert module.URL.startswith("https://")
    assert re.fullmatch("[0-9a-f]{64}", getattr(module, "SHA256", "0" * 64))


def test_recordings_are_sound_and_no_file_is_in_two_splits(corpus):
    module, options, root = corpus
    index = module.index(**options, manual_dir=root)
    recordings = [recording for parts in index.splits.values() for recording in parts]
    assert len({recording.file for recording in recordings}) == len({recording.id for recording in recordings})
    for recording in recordings:
        assert recording.speaker
        (block,) = recording.read()
        assert block.dtype == np.int16
        assert len(block) >= 400


def test_lists_are_followed(corpus, tmp_path, ids):
    module, options, root = corpus
    parts = ids(module.index(**options, manual_dir=root))
    lines = [(split, id) for split, part in parts.items() for id in reversed(part)]
    (tmp_path / "list").write_text("".join(f"{split} {_written(module, id)}\n" for split, id in lines))
    got = ids(module.index(**options, manual_dir=root, split_file=tmp_path / "list"))
    assert got == {split: part[::-1] for split, part in parts.items()}
    (tmp_path / "list").write_text("train nobody.wav\n")
    with pytest.raises(SwnError, match="list, line 1: nobody.wav does not exist"):
        module.index(**options, manual_dir=root, split_file=tmp_path / "list")


def _written(module, id):
    part = "" if module in (vctk, sample) else f"{module.PART}/"
    return f"{part}{id}" + ("" if module is vctk else ".wav")


def test_an_empty_folder(corpus, tmp_path):
    module, options, _ = corpus
    (tmp_path / "empty").mkdir()
    for root, found in ((tmp_path / "empty", "found no"), (tmp_path / "missing", "there is no such folder")):
        with pytest.raises(SwnError, match=found):
            module.index(**options, manual_dir=root)
    with pytest.raises(SwnError, match="found no --manual_dir"):
        module.index(**options)


def test_digits_by_number(tmp_path, sounds, ids):
    sounds(tmp_path, digits(("theo",), (0, 4, 5, 9, 10, 49)), rate=8000)
    got = ids(spoken_digit.index("official", manual_dir=tmp_path))
    assert got["test"] == ["0_theo_0", "0_theo_4", "9_theo_0", "9_theo_4"]
    assert got["valid"] == ["0_theo_5", "0_theo_9", "9_theo_5", "9_theo_9"]
    assert got["train"] == ["0_theo_10", "0_theo_49", "9_theo_10", "9_theo_49"]


@pytest.mark.parametrize("name", ["vctk", "timit_sample"])
def test_all_speakers_in_all_splits(tmp_path, sounds, name):
    module, options, _, _ = LAYOUTS[name]
    names = [f"{vctk.PART}/{who}/{who}_00{n}_mic1.flac" for who in ("p225", "s5") for n in range(1, 6)]
    if module is sample:
        names = [f"{who}/sx{n}.wav" for who in ("dr1-fabc0", "dr2-mxyz0") for n in range(1, 6)]
    sounds(tmp_path, names)
    options = {**options, "split": "sentence"}
    found = module.index(**options, manual_dir=tmp_path)
    each = {split: sorted(recording.speaker for recording in parts) for split, parts in found.splits.items()}
    assert [len(each[split]) for split in ("train", "valid", "test")] == [6, 2, 2]
    assert {len(set(who)) for who in each.values()} == {2}
    (tmp_path / "list").write_text("")
    with pytest.raises(SwnError, match="list: found split=sentence too, wanted one way to split: leave one out"):
        module.index(**options, manual_dir=tmp_path, split_file=tmp_path / "list")
    with pytest.raises(SwnError, match="no split 'sentense': did you mean 'sentence'"):
        module.index(**{**options, "split": "sentense"}, manual_dir=tmp_path)
    (tmp_path / names[-1]).unlink()
    (tmp_path / names[-2]).unlink()
    (tmp_path / names[-3]).unlink()
    with pytest.raises(SwnError, match="found 2 to split, wanted 3 or more: leave this one out, or give a"):
        module.index(**options, manual_dir=tmp_path)


def test_digits_by_speaker(tmp_path, sounds):
    sounds(tmp_path, digits(("theo", "george", "lucas"), (0, 1)), rate=8000)
    sounds(tmp_path, ["recordings/9_jackson_1.wav"], rate=8000)  # not the first by file name
    splits = spoken_digit.index("speaker", manual_dir=tmp_path).splits
    assert {split: {r.speaker for r in parts} for split, parts in splits.items()} == {
        "train": {"george", "jackson"},
        "valid": {"lucas"},
        "test": {"theo"},
    }


ODD = ["recordings/10_theo_1.wav", "recordings/1_theo.wav", "recordings/1_theo_01.wav", "recordings/x/1_theo_1.wav"]


@pytest.mark.parametrize("name", ODD)
def test_digits_of_another_name(name, tmp_path, sounds):
    sounds(tmp_path, [*digits(("theo",), (0, 5, 10)), name], rate=8000)
    with pytest.raises(SwnError, match=f"{name}: found another name than wanted, 7_jackson_32.wav"):
        spoken_digit.index("official", manual_dir=tmp_path)


def test_digits_twice(tmp_path, sounds):
    sounds(tmp_path, [*digits(("theo",), (0, 5, 10)), "recordings/0_theo_5.flac"], rate=8000)
    with pytest.raises(SwnError, match="with the same name beside it"):
        spoken_digit.index("official", manual_dir=tmp_path)


@pytest.mark.parametrize(("numbers", "split"), [((0, 5), "train"), ((0, 10), "valid"), ((5, 10), "test")])
def test_digits_with_a_split_left_empty(numbers, split, tmp_path, sounds):
    sounds(tmp_path, digits(("theo",), numbers), rate=8000)
    with pytest.raises(SwnError, match=f"found no numbers .* for the split {split}"):
        spoken_digit.index("official", manual_dir=tmp_path)


def test_options_of_other_words(tmp_path, sounds):
    with pytest.raises(SwnError, match="there is no split 'speakers': did you mean 'speaker'"):
        spoken_digit.index("speakers", manual_dir=tmp_path)
    with pytest.raises(SwnError, match="there is no microphone 'mic3'"):
        vctk.index("mic3", manual_dir=tmp_path)
    sounds(tmp_path, digits(("theo",), (0, 5, 10)), rate=8000)
    with pytest.raises(SwnError, match="found split=speaker too, wanted one way"):
        spoken_digit.index("speaker", manual_dir=tmp_path, split_file=tmp_path / "list")


def test_chapters_stay_whole(tmp_path, sounds, ids):
    sounds(tmp_path, passages(range(1, 41), 1))
    got = ids(ljspeech.index(manual_dir=sounds(tmp_path, passages([40], 9))))
    assert got["train"] == [f"LJ{c:03d}-0001" for c in range(1, 37)]
    assert got["valid"] == ["LJ037-0001", "LJ038-0001"]
    assert got["test"] == ["LJ039-0001", *(f"LJ040-{p:04d}" for p in range(1, 10))]


@pytest.mark.parametrize("name", ["wavs/LJ01-0001.wav", "wavs/LJ001-0001b.wav"])
def test_passages_of_another_name(name, tmp_path, sounds):
    sounds(tmp_path, [*passages((1, 2, 3)), name])
    with pytest.raises(SwnError, match=f"{name}: found another name than wanted, LJ001-0001.wav"):
        ljspeech.index(manual_dir=tmp_path)


def test_speakers_in_natural_order(tmp_path, sounds, ids):
    sounds(tmp_path, sentences(("p1000", "p226", "s5", "p225")))
    index = vctk.index("mic2", manual_dir=tmp_path)
    assert ids(index) == {
        "train": ["p225_001", "p225_002", "p226_001", "p226_002"],
        "valid": ["p1000_001", "p1000_002"],
        "test": ["s5_001", "s5_002"],
    }
    assert all(r.file.name.endswith("_mic2.flac") for parts in index.splits.values() for r in parts)
    assert index.notes == ()


def test_speakers_without_the_second_microphone(tmp_path, sounds):
    sounds(tmp_path, [*sentences(("p225", "p226", "p227")), *sentences(("p315",), ("mic1",))])
    assert sum(map(len, vctk.index("mic1", manual_dir=tmp_path).splits.values())) == 8
    assert sum(map(len, vctk.index("mic2", manual_dir=tmp_path).splits.values())) == 6


def test_nothing_of_a_microphone(tmp_path, sounds):
    sounds(tmp_path, sentences(("p225", "p226", "p227"), ("mic1",)))
    with pytest.raises(SwnError, match="found no files of mic2, wanted p225/p225_001_mic2.flac"):
        vctk.index("mic2", manual_dir=tmp_path)


def test_strange_names_of_vctk_are_told(tmp_path, sounds):
    sounds(tmp_path, [*sentences(("p225", "p226", "p227")), f"{vctk.PART}/p225/p226_003_mic1.flac"])
    assert vctk.index("mic1", manual_dir=tmp_path).notes == (
        "1 sound files that are not named as those of VCTK were left out",
    )


def test_sample_lacks_a_speaker(tmp_path, sounds):
    sounds(tmp_path, [f"{who}/sa1.wav" for who in speakers16() if who != "dr6-mbma1"])
    with pytest.raises(SwnError, match="found no dr6/mbma1, wanted the sample's sixteen speakers"):
        sample.index(manual_dir=tmp_path)


def test_sample_lacks_all_others(tmp_path, sounds):
    sounds(tmp_path, [f"{who}/sa1.wav" for who in speakers16()[:4]])
    with pytest.raises(SwnError, match="found no speakers to train"):
        sample.index(manual_dir=tmp_path)


def test_sample_twelve_real_speakers(real):
    root = real("timit_sample")
    index = sample.index(manual_dir=root)
    assert {split: len(parts) for split, parts in index.splits.items()} == {"train": 80, "valid": 20, "test": 20}
    assert index.digests() == sample.index(manual_dir=root, split_file=root / "split.txt").digests()


def test_real_digits(real):
    root = real("digits")
    index = spoken_digit.index("official", manual_dir=root)
    assert {split: len(parts) for split, parts in index.splits.items()} == {"train": 200, "valid": 200, "test": 200}
    recordings = [recording for parts in index.splits.values() for recording in parts]
    signal = np.concatenate([block for recording in recordings for block in recording.read()])
    assert round(len(signal) / 8000) == 255
    raw = np.concatenate([np.frombuffer(recording.file.read_bytes()[44:], "<i2") for recording in recordings])
    np.testing.assert_array_equal(signal, raw)
    listed = spoken_digit.index("official", manual_dir=root, split_file=root / "split.txt")
    people = {split: {recording.speaker for recording in parts} for split, parts in listed.splits.items()}
    assert people == {"train": {"jackson", "nicolas"}, "valid": {"yweweler"}, "test": {"george"}}
