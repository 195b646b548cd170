import dataclasses
import os
import subprocess
import sys
import warnings

import numpy as np
import pytest
import soundfile

from swn_jax.corpora import corpus, open_corpus, prepare
from swn_jax.data import manifest
from swn_jax.data.describe import describe
from swn_jax.data.index import Recording, SplitIndex
from swn_jax.data.notes import noted
from swn_jax.data.unmixed import check
from swn_jax.errors import SwnError, SwnNote

FEW = {"train": 3, "valid": 1, "test": 1}
COMMAND = r"swn prepare --dataset=synthetic_speech --data_dir="


def target(data_dir):
    return data_dir / "synthetic_speech" / "1.0.0"


def litter(data_dir):
    return [path.name for path in target(data_dir).parent.iterdir() if path.name.startswith(".preparing")]


def test_again_returns_at_once(tmp_path):
    first = prepare("synthetic_speech", tmp_path, **FEW)
    when = (target(tmp_path) / "manifest.json").stat().st_mtime_ns
    calls = []
    assert prepare("synthetic_speech", str(tmp_path), progress=lambda *a: calls.append(a), **FEW) == first
    assert calls == []
    assert (target(tmp_path) / "manifest.json").stat().st_mtime_ns == when
    assert litter(tmp_path) == []


def test_other_lists_are_refused(tmp_path):
    prepare("synthetic_speech", tmp_path, **FEW)
    with pytest.raises(
        SwnError, match=rf"{target(tmp_path)}: found a preparation with valid=1 \(now 2\): choose another"
    ):
        prepare("synthetic_speech", tmp_path, **FEW | {"valid": 2})
    with pytest.raises(SwnError, match=r"with seed=0 \(now 1\): choose"):
        prepare("synthetic_speech", tmp_path, **FEW, seed=1)


def test_another_list_file_is_refused(tmp_path, make):
    root, data = make.flat(tmp_path / "flat"), tmp_path / "data"
    prepare("timit", data, manual_dir=root, split_file=make.list(tmp_path / "a"))
    with pytest.raises(
        SwnError, match="with other lists for train, other lists for valid, other lists for test: choose"
    ):
        prepare("timit", data, manual_dir=root, split_file=make.list(tmp_path / "b", train=7))


def test_half_written_is_prepared_anew(tmp_path):
    whole = prepare("synthetic_speech", tmp_path, **FEW)
    (target(tmp_path) / "manifest.json").unlink()
    (target(tmp_path) / "left over").touch()
    with pytest.raises(SwnError, match=rf"{target(tmp_path)}: found an incomplete .* run `{COMMAND}{tmp_path}`"):
        open_corpus("synthetic_speech", tmp_path)
    assert prepare("synthetic_speech", tmp_path, **FEW) == whole
    assert not (target(tmp_path) / "left over").exists()
    assert open_corpus("synthetic_speech", tmp_path).manifest == whole


def python(code, *arguments):
    return subprocess.Popen([sys.executable, "-c", code, *map(str, arguments)], env=os.environ, cwd=os.getcwd())


KILLED = """
import os, sys
from swn_jax.corpora import prepare
prepare("synthetic_speech", sys.argv[1], train=3, valid=1, test=1, progress=lambda done, _: done == 2 and os._exit(9))
"""


def test_killed_on_the_way(tmp_path):
    assert python(KILLED, tmp_path).wait() == 9
    assert len(litter(tmp_path)) == 1
    with pytest.raises(SwnError, match=rf"found nothing, wanted synthetic_speech: run `{COMMAND}"):
        open_corpus("synthetic_speech", tmp_path)
    prepare("synthetic_speech", tmp_path, **FEW)
    assert litter(tmp_path) == []
    assert len(list(open_corpus("synthetic_speech", tmp_path).split("train"))) == 3


BESIDE = """
import sys
from swn_jax.corpora import prepare
manifest = prepare("synthetic_speech", sys.argv[1], train=20, valid=1, test=1)
assert manifest.counts["train"] == 20
"""


def test_two_at_once(tmp_path):
    both = [python(BESIDE, tmp_path), python(BESIDE, tmp_path)]
    assert [process.wait() for process in both] == [0, 0]
    assert litter(tmp_path) == []
    assert len(list(open_corpus("synthetic_speech", tmp_path).split("train"))) == 20


def test_error_on_the_way_leaves_nothing(tmp_path, make):
    root = make.flat(tmp_path / "flat")
    bad = root / "dr5-fabc4" / "si2.wav"
    bad.write_bytes(bad.read_bytes()[:-100])
    with pytest.raises(SwnError, match=rf"{bad}: wrong length"):
        prepare("timit", tmp_path / "data", manual_dir=root, split_file=make.list(tmp_path / "list"))
    left = [path for path in (tmp_path / "data").rglob("*") if path.is_file() and not path.name.startswith(".lock")]
    assert left == []


def test_inputs(tmp_path, make):
    with pytest.raises(SwnError, match=r"timit needs manual_dir, found none: get it from .*LDC93S1.*--manual_dir=DIR"):
        prepare("timit", tmp_path)
    with pytest.raises(SwnError, match=r"timit/listed needs split_file, found none: .*--split_file=FILE"):
        prepare("timit/listed", tmp_path, manual_dir=tmp_path)
    with pytest.raises(SwnError, match=r"timit/speakers takes no split_file, found .*list: leave it out"):
        prepare("timit/speakers", tmp_path, manual_dir=tmp_path, split_file=make.list(tmp_path / "list"))
    with pytest.raises(SwnError, match=r"synthetic_speech takes no manual_dir"):
        prepare("synthetic_speech", tmp_path, manual_dir=tmp_path)
    with pytest.raises(SwnError, match=r"no option of synthetic_speech 'trian': did you mean 'train'"):
        prepare("synthetic_speech", tmp_path, trian=3)
    with pytest.raises(SwnError, match=r"synthetic_speech: found train='3', wanted a value like 160: change it"):
        prepare("synthetic_speech", tmp_path, train="3")
    with pytest.raises(SwnError, match=r"synthetic_speech: found valid=0, wanted a whole number, 1 or more"):
        prepare("synthetic_speech", tmp_path, valid=0)


def test_place_that_cannot_be_written(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(SwnError, match=r"file/synthetic_speech: cannot be written .*: choose another --data_dir"):
        prepare("synthetic_speech", tmp_path / "file", **FEW)


def test_a_file_in_two_splits_is_seen_before_anything_is_written(tmp_path, make):
    root = make.flat(tmp_path / "flat")
    link = root / "dr8-mabc7" / "si2.wav"  # of the training list, as SPEAKERS has it
    link.unlink()
    link.symlink_to(root / "dr3-fabc10" / "sa1.wav")
    with pytest.raises(SwnError, match=r"sa1.wav: found in two splits, as dr8/mabc7/si2 \(train\) and .*\(test\)"):
        prepare("timit", tmp_path / "data", manual_dir=root, split_file=make.list(tmp_path / "list"))


def test_an_id_twice_and_an_empty_split():
    row = Recording("a", "x", lambda: [])
    record = corpus("synthetic_speech")
    with pytest.raises(SwnError, match=r"found a twice \(train, valid\): rename one of them"):
        check(record, SplitIndex({"train": (row,), "valid": (row,), "test": (row,)}))
    with pytest.raises(SwnError, match=r"found no recording for test, wanted one or more: add some"):
        check(record, SplitIndex({"train": (row,), "valid": (row._replace(id="b"),), "test": ()}))


FULL = """
import resource, sys
from swn_jax.corpora import prepare
from swn_jax.errors import SwnError
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, resource.RLIM_INFINITY))
try:
    prepare("synthetic_speech", sys.argv[1], train=30, valid=1, test=1)
except SwnError as error:
    assert "synthetic_speech: writing failed" in str(error) and "free disk space" in str(error), error
    sys.exit(7)
"""


def test_a_disk_that_takes_no_more(tmp_path):
    assert python(FULL, tmp_path).wait() == 7
    assert litter(tmp_path) == []
    assert not target(tmp_path).exists()
    assert prepare("synthetic_speech", tmp_path, **FEW).counts["train"] == 3


def test_one_broken_file_among_eleven(tmp_path, sounds):
    """It would have been the one to test; the next call finds the same preparation."""
    folder = sounds(tmp_path / "in", [f"{i}.wav" for i in range(11)])
    (folder / "10.wav").write_bytes((folder / "10.wav").read_bytes()[:-9])
    calls = []
    made = prepare("speech_folder", tmp_path, manual_dir=folder, skip_bad=True, progress=lambda *at: calls.append(at))
    assert {split: list(found) for split, found in made.ids.items()} == {
        "train": [str(i) for i in range(8)], "valid": ["8"], "test": ["9"],
    }  # fmt: skip
    assert list(made.skipped) == ["10"]
    assert "--skip_bad" not in made.skipped["10"]
    assert calls[:11] == [(i, 22) for i in range(1, 12)]
    assert calls[-1] == (20, 20)
    assert prepare("speech_folder", tmp_path, manual_dir=folder, skip_bad=True) == made


def test_the_flag_that_was_given_is_not_advised(tmp_path, sounds):
    folder = sounds(tmp_path / "in", [f"{i}.wav" for i in range(3)])
    (folder / "1.wav").write_bytes((folder / "1.wav").read_bytes()[:-9])
    for skip_bad in (False, True):
        with pytest.raises(SwnError, match="copy the file again from the original") as error:
            prepare("speech_folder", tmp_path, manual_dir=folder, skip_bad=skip_bad)
        assert ("--skip_bad" in str(error.value)) is not skip_bad


def test_notes_of_readers_and_of_what_is_left_out_are_kept(tmp_path, sounds):
    folder = sounds(tmp_path / "in", [f"{i}.wav" for i in range(3)])
    noise = np.random.RandomState(0).standard_normal(900) / 9
    soundfile.write(folder / "3.wav", np.stack([noise, -noise], 1), 16000)
    (folder / "4.m4a").touch()
    for skip_bad in (False, True):
        made = prepare("speech_folder", tmp_path / str(skip_bad), manual_dir=folder, skip_bad=skip_bad)
        left_out, cancel = made.notes
        assert "1 .m4a; convert each with" in left_out
        assert "3.wav: the 2 channels cancel each other" in cancel
        assert [
            f"note: {note}" in describe(open_corpus("speech_folder", tmp_path / str(skip_bad))) for note in made.notes
        ]


def test_other_warnings_are_shown_as_ever():
    def both():
        with noted() as notes:
            warnings.warn("a note", SwnNote, stacklevel=1)
            warnings.warn("other", stacklevel=1)
        return notes

    with pytest.warns(UserWarning, match="other") as shown:
        assert both() == ["a note"]
    assert len(shown) == 1


def test_options_that_came_later_have_their_defaults_in_what_is_there(tmp_path):
    made = prepare("synthetic_speech", tmp_path, **FEW)
    kept = {key: value for key, value in made.options.items() if key != "seed"}
    manifest.save(dataclasses.replace(made, options=kept), target(tmp_path))
    assert prepare("synthetic_speech", tmp_path, **FEW).options == kept
    with pytest.raises(SwnError, match=r"with seed=0 \(now 1\)"):
        prepare("synthetic_speech", tmp_path, **FEW, seed=1)
