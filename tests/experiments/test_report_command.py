"""The report as a person asks for it: of runs that were really made, and what is told where there are none."""

import csv
import json
from pathlib import Path

import pytest
from command_line import SPEECH, call, complaint

SETTINGS = [
    SPEECH, "--config.warmup=1", "--config.anneal.over=2", "--config.eval_every=2",
    "--config.log_every=1", "--config.steps=2", "--config.batch=4", "--config.sequence_length=4",
    "--config.model.layers=2", "--config.model.width=8", "--config.model.latent=2",
]  # fmt: skip


def test_a_report_on_a_run(data_dir, tmp_path):
    study, data = tmp_path / "study", f"--data_dir={data_dir}"
    for words in (
        ["train", data, f"--workdir={study}/one", *SETTINGS],
        ["evaluate", data, f"--workdir={study}/one", "--samples=2"],
    ):
        done = call(*words)
        assert done.code == 0, done.err
    done = call("report", f"--workdir={study}")
    assert done.code == 0, done.err
    files = [Path(line) for line in done.out.splitlines()]
    assert [file.name for file in files] == ["report.md", "index.html", "curves.png", "curves.csv"]
    assert all(file.parent == study / "report" for file in files)

    result = json.loads((study / "one" / "eval_test.json").read_text())
    row = f"| swavenet | {result['elbo']:,.1f} | {result['iwae']:,.1f} (K = 2) | none: not this corpus | nats each "
    assert row in files[0].read_text()
    log = [json.loads(line) for line in (study / "one" / "metrics.jsonl").read_text().splitlines()]
    (best,) = [record["valid_elbo"] for record in log if "valid_elbo" in record]
    with files[3].open(newline="") as file:
        assert [(line["step"], float(line["valid_elbo"])) for line in csv.DictReader(file)] == [("2", best)]


@pytest.mark.parametrize(("flags", "words"), [
    ([], "pass --workdir=DIR, the folder that holds the runs"),
    (["--workdir=nowhere", "--figure=3"], "nowhere holds no run (no config.json)"),
])  # fmt: skip
def test_what_is_wrong_is_told(flags, words):
    assert words in complaint("report", *flags)
