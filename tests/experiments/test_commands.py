"""The commands as a person types them: a stopped run goes on, and what is misspelt is told in one sentence."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import browser
import pytest

ROOT = Path(__file__).parents[2]
CONFIG = "--config=experiments/configs/synthetic_speech.py:swavenet"
SMALL = [
    "--config.warmup=1", "--config.anneal.over=2", "--config.eval_every=4", "--config.log_every=1",
    "--config.batch=4", "--config.frames=4", "--config.model.layers=2", "--config.model.width=8",
    "--config.model.latent=2",
]  # fmt: skip
ENV = {**os.environ, "PYTHONPATH": str(ROOT), "JAX_COMPILATION_CACHE_DIR": str(ROOT / ".cache" / "jax"),
       "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0", "JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES": "-1",
       "JAX_PLATFORMS": "cpu"}  # fmt: skip


def start(module, *flags):
    command = [sys.executable, "-m", f"experiments.{module}", *map(str, flags)]
    return subprocess.Popen(command, cwd=ROOT, env=ENV, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def call(module, *flags):
    process = start(module, *flags)
    out, err = process.communicate(timeout=300)
    return process.returncode, out, err


def complains(module, *flags):
    """The one sentence of a command that a user has to mend."""
    code, _, err = call(module, *flags)
    assert code == 2, err
    assert "Traceback" not in err
    assert err.startswith("error: "), err
    return err


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory):
    path = tmp_path_factory.mktemp("data")
    code, out, err = call(
        "prepare", "--dataset=synthetic_speech", f"--data_dir={path}",
        "--option=train=6", "--option=valid=2", "--option=test=2",
    )  # fmt: skip
    assert code == 0, err
    assert "train" in out
    return path


def test_a_run_is_stopped_resumed_evaluated_and_sampled(data_dir, tmp_path):
    workdir = tmp_path / "run"
    run = [CONFIG, f"--data_dir={data_dir}", f"--workdir={workdir}", *SMALL, "--config.steps=4000"]
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

    other = complains("train", *run, "--config.rate=5.0")
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

    missing = complains("evaluate", f"--workdir={workdir}", f"--data_dir={data_dir}", "--split=tset")
    assert "did you mean 'test'" in missing


@pytest.mark.parametrize(
    ("module", "flags", "words"),
    [
        ("train", [CONFIG, "--workdir=W", "--config.stpes=3"], "did you mean 'steps'"),
        ("train", [CONFIG, "--workdir=W", "--config.model.wdth=3"], "did you mean 'width'"),
        ("train", [CONFIG.replace("swavenet", "swavnet"), "--workdir=W"], "did you mean 'swavenet'"),
        ("train", ["--config=experiments/configs/timitt.py:swavenet", "--workdir=W"], "timitt.py"),
        ("train", ["--workdir=W"], "pass --config=experiments/configs"),
        ("train", [CONFIG], "pass --workdir"),
        ("train", [CONFIG, "--wrkdir=W"], "workdir"),
        ("train", [CONFIG, "--workdir=W", "--config.batch=many"], "many"),
        ("train", ["--config=experiments/configs/timit.py:swavenet", "--workdir=W", "--data_dir=D"],
         "experiments.prepare --dataset=timit"),
        ("prepare", ["--dataset=timmit", "--data_dir=D"], "did you mean 'timit'"),
        ("evaluate", ["--workdir=W"], "holds no run"),
        ("sample", [], "pass --workdir"),
        ("benchmark", ["--what=steps"], "did you mean 'step'"),
    ],
)  # fmt: skip
def test_mistakes_are_told_in_one_sentence(module, flags, words, tmp_path):
    flags = [flag.replace("=W", f"={tmp_path}/W").replace("=D", f"={tmp_path}/D") for flag in flags]
    assert words in complains(module, *flags)
    assert not (tmp_path / "W").exists()
