"""The sweep command as a person types it: a stopped study goes on, and what is wrong is told before anything runs."""

import json
import signal
import time

import pytest
from command_line import SPEECH as SPEECH_CONFIG
from command_line import call, complaint, start

from experiments.sweeps import latents, layers, seeds, systems
from experiments.sweeps.systems import INK, SPEECH
from swn_jax.configs import get_config
from swn_jax.configs.systems import SYSTEMS

LAYERS = "--sweep=experiments/sweeps/layers.py:total=4"
STEPS = 60
SMALL = [
    f"--config.steps={STEPS}", "--config.warmup=1", "--config.anneal.over=2", f"--config.eval_every={STEPS}",
    "--config.log_every=1", "--config.batch=4", "--config.sequence_length=4", "--config.model.layers=2",
    "--config.model.width=8", "--samples=2",
]  # fmt: skip


@pytest.mark.slow
def test_a_stopped_study_goes_on_where_it_was(data_dir, tmp_path):
    study = tmp_path / "study"
    flags = [LAYERS, SPEECH_CONFIG, *SMALL, f"--workdir={study}", f"--data_dir={data_dir}"]
    process = start("sweep", *flags, "--index=0")
    first, second = study / "stochastic=1,latent=4,seed=0", study / "stochastic=2,latent=2,seed=0"
    log = first / "metrics.jsonl"
    for _ in range(1200):
        if process.poll() is not None or (log.exists() and log.stat().st_size):
            break
        time.sleep(0.1)
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 75, err
    assert "waiting stopped" in out
    assert "step " in out  # the run is shown
    assert (first / "checkpoints").exists()
    assert not second.exists()

    second.mkdir()
    (second / "config.json").write_text("{}")  # a run that is not of this study
    code, out, err = call("sweep", *flags, "--launcher=local", "--jobs=1")
    assert code == 1, err
    assert (second / "config.json").read_text() == "{}"
    assert "   0  done     stochastic=1,latent=4,seed=0\n" in out
    assert "   1  failed   stochastic=2,latent=2,seed=0  error: " in out
    assert "config.json lacks adam_b2, " in out
    steps = [json.loads(line)["step"] for line in log.read_text().splitlines() if "loss" in line]
    assert steps == [*range(1, STEPS + 1)]
    found = json.loads((first / "eval_test.json").read_text())
    assert (found["iwae_samples"], len(found["kl_by_layer"])) == (2, 1)
    assert f"| {found['parameters']:,} | 1 | {found['elbo']:+,.0f} |" in out


MISTAKES = [
    (["--workdir=W", SPEECH_CONFIG], "pass --sweep="),
    (["--workdir=W", LAYERS], "pass --config="),
    ([LAYERS, SPEECH_CONFIG], "pass --workdir"),
    (["--workdir=W", SPEECH_CONFIG, "--sweep=experiments/sweeps/layer.py"], "there is no file"),
    (["--workdir=W", SPEECH_CONFIG, f"{LAYERS},sedes=3"], "did you mean 'seeds'"),
    (["--workdir=W", SPEECH_CONFIG, LAYERS, "--index=4"], "--index=4 of 4 trials: wanted 0 to 3"),
    (["--workdir=W", SPEECH_CONFIG, LAYERS, "--jobs=1"], "--jobs is for --launcher=local"),
    (["--workdir=W", SPEECH_CONFIG, LAYERS, "--slurm=time=1"], "--slurm is for --launcher=slurm"),
    (["--workdir=W", SPEECH_CONFIG.replace("swavenet", "srnn"), LAYERS], "makes no trials"),
    (["--workdir=W", SPEECH_CONFIG, "--sweep=experiments/sweeps/systems.py", "--config.model.layers=2"],
     "trial system=vrnn,seed=0: there is no key of its config 'model.layers'"),
    (["--workdir=W", SPEECH_CONFIG, "--sweep=experiments/sweeps/systems.py:systems=srn"], "did you mean 'srnn'"),
    (["--workdir=W", "--status"], "holds no study"),
    (["--workdir=W", SPEECH_CONFIG, LAYERS, "--launcher=local"], "found no accelerator"),
]  # fmt: skip


@pytest.mark.parametrize(("flags", "words"), MISTAKES)
def test_a_mistake_is_told_before_anything_runs(flags, words, tmp_path):
    assert words in complaint("sweep", *(flag.replace("=W", f"={tmp_path}/W") for flag in flags))
    assert not (tmp_path / "W").exists()


def config(corpus, system="swavenet"):
    return get_config(f"{corpus}:{system}")


def test_the_studies_of_the_paper():
    speech, ink = config("timit"), config("iamondb")
    four = [(cell["model.stochastic"], cell["model.latent"]) for cell in layers.trials(speech)]
    assert four == [(1, 500), (2, 250), (3, 166), (4, 125), (5, 100)]
    assert [cell["model.stochastic"] for cell in layers.trials(ink)] == [1, 2, 3, 4, 5, 6]
    assert [cell["model.latent"] for cell in latents.trials(speech, totals=(500, 21))] == [125, 5]
    assert {cell["model.stochastic"] for cell in latents.trials(speech)} == {4}
    assert list(seeds.trials(speech)) == [{"seed": n} for n in range(10)]
    for some, rows in ((speech, SPEECH), (ink, INK)):
        assert tuple(cell["system"] for cell in systems.trials(some)) == rows
        assert set(rows) <= set(SYSTEMS)
    assert len(list(systems.trials(speech, seeds=3, systems=("rnn", "vrnn")))) == 6
