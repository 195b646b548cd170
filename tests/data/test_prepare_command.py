import functools

import pytest
from command_line import call

prepare = functools.partial(call, "prepare")


def test_prints_what_was_prepared(tmp_path, make):
    root, lists = make.flat(tmp_path / "flat"), make.list(tmp_path / "list")
    arguments = ("--dataset=timit", f"--manual_dir={root}", f"--split_file={lists}", f"--data_dir={tmp_path}/data")
    code, out, err = prepare(*arguments)
    assert (code, err) == (0, "")
    rows = [line.split() for line in out.splitlines()]
    assert rows[0] == ["split", "utterances", "frames", "seconds", "speakers"]
    assert [row[:2] + row[4:] for row in rows[1:4]] == [["train", "16", "8"], ["valid", "4", "2"], ["test", "4", "2"]]
    samples = [900 + 37 * i + 11 * j for i in range(8) for j in range(2)]
    assert int(rows[1][2]) == sum(n // 200 for n in samples)
    assert float(rows[1][3]) == pytest.approx(sum(samples) / 16000, abs=0.05)
    assert "speech: 200 numbers per frame, 16000 rows per second\nscaling signal: mean " in out
    assert out.endswith(f"written to {tmp_path}/data/timit_listed/1.0.0\n")


def test_what_a_user_can_mend_ends_with_2_and_no_traceback(tmp_path):
    code, out, err = prepare("--dataset=timt", f"--data_dir={tmp_path}")
    assert (code, out) == (2, "")
    assert "there is no corpus 'timt': did you mean 'timit'?" in err
    assert "Traceback" not in err
    code, _, err = prepare(f"--data_dir={tmp_path}", "--option=train")
    assert code == 2
    assert "found --option=train, wanted a value as in --option=train=160" in err
    code, _, err = prepare(f"--data_dir={tmp_path}", "--option=trian=3")
    assert code == 2
    assert "no option of synthetic_speech 'trian': did you mean 'train'" in err


def test_draws_what_a_model_is_fed(tmp_path):
    small = [f"--option={name}={n}" for name, n in (("train", 3), ("valid", 1), ("test", 1))]
    code, out, err = prepare(f"--data_dir={tmp_path}", *small, f"--preview={tmp_path}/a.png")
    assert (code, err) == (0, "")
    assert out.endswith(f"drawn to {tmp_path}/a.png\n")
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")
    code, _, err = prepare(f"--data_dir={tmp_path}", *small, f"--preview={tmp_path}/none/a.png")
    assert code == 2
    assert "none/a.png: cannot be written (No such file or directory)" in err


def test_bad_recordings_are_skipped_and_listed(tmp_path, make):
    root, lists = make.flat(tmp_path / "flat"), make.list(tmp_path / "list")
    bad = root / "dr5-fabc4" / "si2.wav"
    bad.write_bytes(bad.read_bytes()[:-100])
    arguments = ("--dataset=timit", f"--manual_dir={root}", f"--split_file={lists}", f"--data_dir={tmp_path}/data")
    code, _, err = prepare(*arguments)
    assert code == 2
    assert f"{bad}: wrong length" in err
    code, out, err = prepare(*arguments, "--skip_bad")
    assert (code, err) == (0, "")
    assert f"skipped dr5/fabc4/si2: {bad}: wrong length" in out
    assert "1 skipped" in out.splitlines()
    assert out.splitlines()[1].split()[1] == "15"
