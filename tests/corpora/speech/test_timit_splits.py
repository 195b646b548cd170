import pytest

from swn_jax.corpora.timit.splits import classic, listed, shuffled, speakers
from swn_jax.errors import SwnError


def ids(index):
    return {split: [recording.id for recording in recordings] for split, recordings in index.splits.items()}


def test_shuffle_of_python_2():
    # What Python 2.7.18 gives: random.seed(1234); x = range(4620); random.shuffle(x).
    mixed = shuffled(range(4620))
    assert mixed[:12] == [68, 1587, 2250, 3818, 1767, 947, 2089, 1805, 687, 2393, 1321, 2126]
    assert sum(i * value for i, value in enumerate(mixed)) == 24753324335
    assert shuffled("abcd") == ["c", "a", "b", "d"]
    assert shuffled([]) == []


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Names as many as in the whole corpus; only an index is made, so the files may be empty."""
    root = tmp_path_factory.mktemp("whole")
    for part, count in (("TRAIN", 462), ("TEST", 168)):
        for i in range(count):
            folder = root / part / f"DR{i % 8 + 1}" / f"{part[:2]}{i:03d}"
            folder.mkdir(parents=True)
            for j in range(10):
                (folder / f"SX{j}.WAV").touch()
    return root


def test_classic_counts(whole):
    index = classic(whole)
    split = ids(index)
    assert {key: len(value) for key, value in split.items()} == {"train": 4389, "valid": 231, "test": 1680}
    assert len({name for names in split.values() for name in names}) == 6300
    assert split["valid"] + split["train"] == shuffled(sorted(split["train"] + split["valid"]))
    assert split["test"] == sorted(split["test"])
    assert "--split_file" in index.notes[-1]


def test_classic_says_what_is_missing(whole, tmp_path):
    (tmp_path / "TRAIN").symlink_to(whole / "TRAIN")
    with pytest.raises(SwnError, match=r"found no folder TEST with recordings: .*timit/speakers.*--split_file"):
        classic(tmp_path)
    gone = whole / "TEST/DR1/TE000/SX3.WAV"
    gone.unlink()
    try:
        with pytest.raises(SwnError, match=r"TEST is not complete: found 1679 .* wanted 1680 .*dr1/te000 has 9 of 10"):
            classic(whole)
    finally:
        gone.touch()


def test_classic_wants_train_and_test(tmp_path, make):
    with pytest.raises(SwnError, match=r"found no folder TRAIN .* --split_file"):
        classic(make.flat(tmp_path))


def test_listed_keeps_the_order_of_the_list(tmp_path, make):
    root = make.flat(tmp_path / "flat")
    lines = "# a comment\n\ntest DR1/FABC0/SA1.WAV\ntrain dr2-mabc1/si2.wav  # first\ntrain dr2-mabc1/sa1.wav\n"
    (tmp_path / "list").write_text(lines + "valid dr3-fabc2/sa1.wav\n")
    index = listed(root, tmp_path / "list")
    want = {"train": ["dr2/mabc1/si2", "dr2/mabc1/sa1"], "valid": ["dr3/fabc2/sa1"], "test": ["dr1/fabc0/sa1"]}
    assert ids(index) == want
    assert index.splits["test"][0].speaker == "fabc0"
    assert [len(block) for block in index.splits["test"][0].read()] == [900]


GOOD = "train dr1-fabc0/sa1.wav\nvalid dr2-mabc1/sa1.wav\ntest dr3-fabc2/sa1.wav\n"
BAD = {
    "missing file": (
        GOOD + "train dr1-fabc0/sx9.wav\n",
        r"line 4: dr1-fabc0/sx9.wav does not exist, wanted TRAIN/.*: correct the line",
    ),
    "no path of TIMIT": (GOOD + "train song.wav\n", r"line 4: song.wav does not exist, wanted .*: correct the line"),
    "in two parts": (GOOD + "test dr1-fabc0/sa1.wav\n", r"line 4: dr1-fabc0/sa1.wav is already on line 1: remove one"),
    "part misspelt": (GOOD + "trian dr1-fabc0/si2.wav\n", r"line 4: there is no part 'trian': did you mean 'train'"),
    "part missing": (GOOD.replace("valid dr2-mabc1/sa1.wav\n", ""), r"list: found nothing for valid, .*: add lines"),
    "empty list": ("", r"list: found nothing for train, wanted one or more: add lines"),
    "one word": (GOOD + "dr1-fabc0/si2.wav\n", r"line 4: found 'dr1-fabc0/si2.wav', wanted `part name`"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_list(case, tmp_path, make):
    text, message = BAD[case]
    path = tmp_path / "list"
    path.write_text(text)
    with pytest.raises(SwnError, match=message) as error:
        listed(make.flat(tmp_path / "flat"), path)
    assert str(error.value).startswith(str(path))


def test_list_that_cannot_be_read(tmp_path, make):
    root = make.flat(tmp_path / "flat")
    with pytest.raises(SwnError, match=r"nothing: cannot be read as text .*--split_file"):
        listed(root, tmp_path / "nothing")
    with pytest.raises(SwnError, match=r"sa1.wav: cannot be read as text .*--split_file"):
        listed(root, make.riff(tmp_path / "sa1.wav", make.speech(99)))


def test_speakers_are_apart(tmp_path, make):
    index = speakers(make.flat(tmp_path))
    who = {split: {recording.speaker for recording in recordings} for split, recordings in index.splits.items()}
    # Sorted by dialect: dr1 fabc0 fabc8, dr2 mabc1 mabc9, dr3 fabc10 (4: valid) fabc2, ..., dr6 mabc5 (9: test).
    assert {split: len(names) for split, names in who.items()} == {"train": 10, "valid": 1, "test": 1}
    assert who["valid"] == {"fabc10"}
    assert who["test"] == {"mabc5"}
    assert not who["train"] & (who["valid"] | who["test"])
    assert sum(map(len, index.splits.values())) == 24


def test_too_few_speakers(tmp_path, make):
    make.sphere(tmp_path / "dr1-fabc0/sa1.wav", make.speech(9))
    with pytest.raises(SwnError, match=r"found 1 speakers, wanted 10 or more: give a list with --split_file"):
        speakers(tmp_path)
