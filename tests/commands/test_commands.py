"""The commands as a person types them: a stopped run goes on, and what is misspelt is told in one sentence."""

import json
import signal
import time

import browser
import pytest
from command_line import SPEECH, call, complaint, start

SMALL = [
    "--config.warmup=1", "--config.anneal.over=2", "--config.eval_every=4", "--config.log_every=1",
    "--config.batch=4", "--config.sequence_length=4", "--config.model.layers=2", "--config.model.width=8",
    "--config.model.latent=2",
]  # fmt: skip


def test_a_run_is_stopped_resumed_evaluated_and_sampled(data_dir, tmp_path):
    workdir = tmp_path / "run"
    run = [SPEECH, f"--data_dir={data_dir}", f"--workdir={workdir}", *SMALL, "--config.steps=4000"]
    process = start("train", *run)
    log = workdir / "metrics.jsonl"
    for _ in range(1200):  # until it has begun
        if process.poll() is not None or (log.exists() and log.stat().st_size):
            break
        time.sleep(0.1)
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=120)
    assert process.returncode == 75, err
    stopped = int(err.split("stopped at step ")[1].split(",")[0])
    assert 0 < stopped < 4000

    other = complaint("train", *run, "--config.rate=5.0")
    assert "another config" in other
    assert "rate: 0.001 there, 5.0 now" in other

    config = json.loads((workdir / "config.json").read_text())
    config["steps"] = str(stopped + 3)  # a shorter run from here on, as if it had been asked for
    (workdir / "config.json").write_text(json.dumps(config, indent=1, sort_keys=True))
    code, out, err = call("train", *run[:-1], f"--config.steps={stopped + 3}")
    assert code == 0, err
    steps = [json.loads(line)["step"] for line in log.read_text().splitlines() if "loss" in line]
    assert steps == list(range(1, stopped + 4))

    code, out, err = call("evaluate", f"--workdir={workdir}", f"--data_dir={data_dir}", "--split=test", "--samples=2")
    assert code == 0, err
    result = json.loads((workdir / "eval_test.json").read_text())
    assert result["elbo"] == pytest.approx(result["log_px"] - result["kl"], abs=1e-2)
    assert (result["sequences"], result["iwae_samples"]) == (2, 2)
    assert f"{result['elbo']:.1f}" in out
    assert len(result["kl_by_layer"]) == 2

    out_dir = tmp_path / "out"
    code, out, err = call(
        "sample", f"--workdir={workdir}", f"--data_dir={data_dir}", "--what=reconstruct,generate", "--num=2",
        "--seconds=0.25", f"--out={out_dir}",
    )  # fmt: skip
    assert code == 0, err
    assert sorted(p.name for p in out_dir.iterdir()) == ["index.html", "recording", "run__generate", "run__reconstruct"]
    assert {p.suffix for p in (out_dir / "run__generate").iterdir()} == {".wav", ".flac", ".png", ".json"}
    assert "long-term spectrum" in out
    if browser.CHROMIUM:
        found = browser.opened(out_dir / "index.html", tmp_path)
        assert len(found["sounds"]) == len(found["images"]) == 6
        assert all(sound["played"] for sound in found["sounds"])
        assert all(image["width"] > 100 for image in found["images"])
        assert all((out_dir / link).exists() for link in found["links"])

    missing = complaint("evaluate", f"--workdir={workdir}", f"--data_dir={data_dir}", "--split=tset")
    assert "did you mean 'test'" in missing


MISTAKES = [
    ("train", [SPEECH, "--workdir=W", "--config.stpes=3"], "did you mean 'steps'"),
    ("train", [SPEECH, "--workdir=W", "--config.model.wdth=3"], "did you mean 'width'"),
    ("train", [SPEECH.replace("swavenet", "swavnet"), "--workdir=W"], "did you mean 'swavenet'"),
    ("train", ["--config=timitt:swavenet", "--workdir=W"], "did you mean 'timit'"),
    ("train", ["--config=own/timitt.py:swavenet", "--workdir=W"], "timitt.py"),
    ("train", ["--config=own/timitt.py:swavenet", "--workdir=W", "--config.rate=1"], "there is no file own/timitt.py"),
    ("train", ["--workdir=W"], "pass --config="),
    ("train", [SPEECH], "pass --workdir"),
    ("train", [SPEECH, "--wrkdir=W"], "workdir"),
    ("train", [SPEECH, "--workdir=W", "--config.batch=many"], "many"),
    ("train", ["--config=timit:swavenet", "--workdir=W", "--data_dir=D"],
     "swn prepare --dataset=timit --manual_dir=DIR"),
    ("prepare", ["--dataset=timmit", "--data_dir=D"], "did you mean 'timit'"),
    ("evaluate", ["--workdir=W"], "holds no run"),
    ("sample", [], "pass --workdir"),
    ("benchmark", ["--what=steps"], "did you mean 'step'"),
    ("benchmark", ["--presets=timit:swavnet"], "did you mean 'swavenet'"),
    ("benchmark", ["--out=speed.md"], "found --out=speed.md, wanted a name that ends in .json"),
    ("sample", ["--workdir=W", "--what=generat"], "holds no run"),
]  # fmt: skip


@pytest.mark.parametrize(("module", "flags", "words"), MISTAKES)
def test_a_mistake_is_told_in_one_sentence(module, flags, words, tmp_path):
    placed = [flag.replace("=W", f"={tmp_path}/W").replace("=D", f"={tmp_path}/D") for flag in flags]
    assert words in complaint(module, *placed)
    assert not (tmp_path / "W").exists()


def test_what_the_system_refuses_is_told_in_one_sentence(data_dir):
    assert "/proc/run: " in complaint("train", SPEECH, f"--data_dir={data_dir}", "--workdir=/proc/run", *SMALL)


def test_a_diverged_run_has_a_status_of_its_own(data_dir, tmp_path):
    place = [f"--data_dir={data_dir}", f"--workdir={tmp_path}/run"]
    done = call("train", SPEECH, *place, *SMALL, "--config.steps=4", "--config.rate=1e30")
    assert (done.code, done.err.count("\n")) == (3, 1), done.err
    assert "diverged" in done.err
    assert "--checkpoint=newest" in complaint("evaluate", *place)
