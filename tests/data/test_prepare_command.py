import subprocess
import sys

import pytest


def prepare(*arguments):
    command = [sys.executable, "-m", "experiments.prepare", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


def test_prints_what_was_prepared(tmp_path, make):
    root, lists = make.flat(tmp_path / "flat"), make.list(tmp_path / "list")
    arguments = ("--dataset=timit", f"--manual_dir={root}", f"--split_file={lists}", f"--data_dir={tmp_path}/data")
    code, out, err = prepare(*arguments)
    assert (code, err) == (0, "")
    rows = [line.split() for line in out.splitlines()]
    assert rows[0] == ["split", "utterances", "seconds", "speakers"]
    assert [row[:2] + row[3:] for row in rows[1:4]] == [["train", "16", "8"], ["valid", "4", "2"], ["test", "4", "2"]]
    samples = sum(900 + 37 * i + 11 * j for i in range(8) for j in range(2))
    assert float(rows[1][2]) == pytest.approx(samples / 16000, abs=0.05)
    assert "rate 16000 Hz, mean " in out
    assert out.endswith(f"written to {tmp_path}/data/timit_listed/1.0.0\n")


def test_what_a_user_can_mend_ends_with_2_and_no_traceback(tmp_path):
    code, out, err = prepare("--dataset=timt", f"--data_dir={tmp_path}")
    assert (code, out) == (2, "")
    assert "there is no corpus 'timt': did you mean 'timit'?" in err
    assert "Traceback" not in err
    code, _, err = prepare(f"--data_dir={tmp_path}", "--option=train")
    assert code == 2
    assert "found --option=train, wanted name=number" in err
