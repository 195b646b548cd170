import pytest

from swn_jax.corpora.timit.tree import find, parse
from swn_jax.errors import SwnError


@pytest.mark.parametrize(
    ("path", "part"),
    [
        ("TRAIN/DR1/FVMH0/SA1.WAV", "train"),
        ("timit/test/dr1/fvmh0/sa1.wav", "test"),
        ("x/TIMIT/TRAIN/DR1/FVMH0/SA1.WAV.wav", "train"),
        ("dr1-fvmh0/sa1.wav", None),
        ("DR1/FVMH0/SA1.WAV", None),
    ],
)
def test_one_id_in_every_nesting(path, part):
    file = parse(path)
    assert (file.id, file.part) == ("dr1/fvmh0/sa1", part)


@pytest.mark.parametrize("path", ["fvmh0/sa1.wav", "dr9-fvmh0/sa1.wav", "dr1-fvmh0/._sa1.wav", "dr1-fvmh0/sa1.txt"])
def test_what_is_no_recording_of_timit(path):
    assert parse(path) is None


@pytest.mark.parametrize("inner", ["", "TIMIT", "timit"])
@pytest.mark.parametrize("case", [str.upper, str.lower])
def test_finds_the_nesting_of_the_ldc(tmp_path, make, inner, case):
    for name in ("train/dr1/fvmh0/sa1.wav", "test/dr2/mabc0/sx5.wav"):
        make.sphere(tmp_path / inner / case(name), make.speech(9))
    files, notes = find(tmp_path)
    assert {key: file.part for key, file in files.items()} == {"dr1/fvmh0/sa1": "train", "dr2/mabc0/sx5": "test"}
    assert all(file.path.is_file() for file in files.values())
    assert notes == ()


def test_one_of_two_files_of_a_recording(tmp_path, make):
    make.riff(tmp_path / "TRAIN/DR1/FVMH0/SA1.WAV.wav", make.speech(9))
    want = make.sphere(tmp_path / "TRAIN/DR1/FVMH0/SA1.WAV", make.speech(9))
    files, notes = find(tmp_path)
    assert [file.path for file in files.values()] == [want]
    assert "1 recordings are there twice" in notes[0]


def test_strange_files_are_noted(tmp_path, make):
    make.flat(tmp_path)
    make.sphere(tmp_path / "copy of sa1.wav", make.speech(9))
    files, notes = find(tmp_path)
    assert len(files) == 24
    assert "1 .wav files that are not nested" in notes[0]


def test_bad_folders(tmp_path, make):
    with pytest.raises(SwnError, match=r"nowhere: there is no such folder: give the folder of TIMIT as --manual_dir"):
        find(tmp_path / "nowhere")
    with pytest.raises(SwnError, match=rf"{tmp_path}: found no .wav files, wanted TRAIN/DR1.*--manual_dir"):
        find(tmp_path)
    make.sphere(tmp_path / "music/song.wav", make.speech(9))
    with pytest.raises(SwnError, match=r"found music/song.wav, wanted TRAIN/DR1.*--manual_dir"):
        find(tmp_path)


def test_a_speaker_in_both_parts(tmp_path, make):
    make.sphere(tmp_path / "TRAIN/DR1/FVMH0/SA1.WAV", make.speech(9))
    make.sphere(tmp_path / "TEST/DR1/FVMH0/SA1.WAV", make.speech(9))
    with pytest.raises(SwnError, match=r"found it in another part too .*SA1.WAV.*: copy TIMIT again"):
        find(tmp_path)
