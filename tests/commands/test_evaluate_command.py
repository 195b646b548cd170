"""Baselines as a person asks for them."""

import json

import pytest
from command_line import call, complaint


def test_baselines_are_printed_and_reported(data_dir, tmp_path):
    asked = ["--dataset=synthetic_speech", f"--data_dir={data_dir}"]
    done = call("evaluate", "--baseline=all", *asked, f"--workdir={tmp_path}")
    assert done.code == 0, done.err
    lines = done.out.splitlines()
    assert lines[0].startswith("synthetic_speech, test split: 2 utterances")
    systems = ["adaptive_variance", "preemphasis", "linear_prediction", "long_term_prediction"]
    assert [line.split()[0] for line in lines[3:8]] == [*systems, "FLAC,"]
    results = [json.loads((tmp_path / name / "eval_test.json").read_text()) for name in systems]
    for line, result in zip(lines[3:7], results, strict=True):
        assert line.split()[1:4] == [f"{result['elbo']:,.1f}", f"{result['elbo_standard_error']:,.1f}",
                                     f"{result['elbo_per_frame']:.3f}"]  # fmt: skip
        assert "--baseline=all" in result["command"]

    done = call("report", f"--workdir={tmp_path}")
    assert done.code == 0, done.err
    rows = [line.split(" | ") for line in (tmp_path / "report" / "report.md").read_text().splitlines()]
    rows = [row for row in rows if row[0].removeprefix("| ") in systems]
    assert [row[0].removeprefix("| ") for row in rows] == systems  # the plainest first
    assert [row[1] for row in rows] == [f"{result['elbo']:,.1f}" for result in results]
    assert {row[9] for row in rows} == {"classic: fitted, not trained"}

    done = call("evaluate", "--baseline=preemphasis", *asked, "--split=valid")
    assert done.code == 0, done.err
    assert "valid split" in done.out
    assert "written" not in done.out


@pytest.mark.parametrize(("flags", "words"), [
    (["--baseline=all"], "pass --dataset=NAME with --baseline"),
    (["--baseline=all", "--dataset=timitt"], "did you mean 'timit'"),
    (["--baseline=all", "--dataset=synthetic_speech", "--data_dir=nowhere"], "swn prepare --dataset=synthetic_speech"),
])  # fmt: skip
def test_what_is_wrong_is_told(flags, words):
    assert words in complaint("evaluate", *flags)


def test_other_domains_have_none(tmp_path):
    done = call("prepare", "--dataset=synthetic_ink", f"--data_dir={tmp_path}", "--option=train=2", "--option=valid=1",
                "--option=test=1")  # fmt: skip
    assert done.code == 0, done.err
    asked = ["--baseline=all", "--dataset=synthetic_ink", f"--data_dir={tmp_path}"]
    assert "synthetic_ink is a corpus of ink, which has no baselines" in complaint("evaluate", *asked)
