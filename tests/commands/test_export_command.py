"""A run is released by one command, and the commands on its card are those that made it."""

import json
import shlex
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from absl import flags
from command_line import SPEECH, call, complaint
from ml_collections import config_flags

import swn_jax
from swn_jax.commands.config_flag import expanded
from swn_jax.configs import get_config
from swn_jax.corpora import corpus as corpus_of
from swn_jax.release.reproduce import prepare_command, train_command
from swn_jax.sealed import opened

SETTINGS = [
    "--config.warmup=1", "--config.anneal.over=2", "--config.eval_every=2", "--config.log_every=1", "--config.steps=2",
    "--config.batch=4", "--config.sequence_length=4", "--config.model.layers=2", "--config.model.width=8",
    "--config.model.latent=2",
]  # fmt: skip


@pytest.fixture(scope="module")
def run(data_dir, tmp_path_factory):
    """The flags of a trained run."""
    place = [f"--data_dir={data_dir}", f"--workdir={tmp_path_factory.mktemp('run')}/run"]
    done = call("train", SPEECH, *place, *SETTINGS)
    assert done.code == 0, done.err
    return place


@pytest.mark.slow
def test_a_run_becomes_a_release(run, tmp_path):
    done = call("evaluate", *run, "--samples=2")
    assert done.code == 0, done.err
    workdir = Path(run[1].partition("=")[2])
    result = opened((workdir / "eval_test.json").read_text())
    (workdir / "eval_valid.json").write_text(json.dumps({**result, "split": "valid", "step": 1}))
    what = "weights,functions" if find_spec("flatbuffers") else "weights"
    done = call("export", *run, f"--out={tmp_path}/release", f"--what={what}")
    assert done.code == 0, done.err
    assert "eval_valid.json is of step 1, these weights of step 2: left out" in done.err
    files = {path.name for path in (tmp_path / "release").iterdir()}
    functions = {"functions.json", *(f"{name}.jaxexport" for name in ("start", "step", "draw", "log_prob"))}
    assert files == {"README.md", "config.json", "model.safetensors"} | (functions if "functions" in what else set())

    text = (tmp_path / "release" / "README.md").read_text()
    (row,) = [line for line in text.splitlines() if line.startswith("| test")]
    assert f"{result['elbo']:+,.1f}" in row
    assert "none: made by this program" in text
    assert "--option=train=6" in text
    assert all(setting.replace("=2", "='2'") in text or setting in text for setting in SETTINGS)
    assert str(tmp_path.parent) not in text  # no folder of this machine

    model, variables, recipe = swn_jax.load(tmp_path / "release")
    assert sum(a.size for a in np_leaves(variables["params"])) == result["parameters"]
    manifest = json.loads(next(Path(run[0].partition("=")[2]).rglob("manifest.json")).read_text())
    assert (recipe.shift, recipe.scale) == (tuple(manifest["mean"]), tuple(manifest["std"]))
    assert (recipe.corpus, recipe.rate, model.frame) == ("synthetic_speech", 16000.0, 200)
    assert recipe.facts["training"] == tuples(json.loads((workdir / "config.json").read_text()))


def np_leaves(tree):
    return (
        [leaf for each in tree.values() for leaf in np_leaves(each)] if isinstance(tree, dict) else [np.asarray(tree)]
    )


def tuples(value):
    if isinstance(value, dict):
        return {key: tuples(each) for key, each in value.items()}
    return tuple(value) if isinstance(value, list) else value


def test_a_misspelt_part_is_told():
    assert "did you mean 'weights'" in complaint("export", "--what=weight")


@pytest.mark.filterwarnings("ignore:the load_module:DeprecationWarning")  # in ml_collections
@pytest.mark.parametrize(
    ("corpus", "system", "changes"),
    [
        ("synthetic_speech", "swavenet", {}),
        ("timit", "released", {"model.hidden": None, "model.width": 64, "seed": 3}),
        ("timit_sample", "zforcing_aux", {"anneal.over": "30 epochs", "shift": False, "rate": 2.5e-4}),
        ("timit_sample", "swavenet_gmm", {"model.inputs": "features"}),
        ("timit", "rnn", {"dataset": "timit/speakers", "scaling": "signal"}),
        ("iamondb", "srnn", {"likelihood.floor": -6.0, "model.log_scale_bounds": (-6.0, 7.0)}),
        ("synthetic_motion", "wavenet_gmm", {"likelihood.shared": True}),
    ],
)
def test_the_training_command_gives_the_config_back(corpus, system, changes, monkeypatch):
    config = get_config(f"{corpus}:{system}")
    config.update_from_flattened_dict(changes)
    recorded = json.loads(config.to_json())  # as a workdir has it
    words = shlex.split(train_command(recorded))
    assert words[:2] == ["swn", "train"]
    argv = expanded(["train", *(word for word in words[2:] if word.startswith("--config"))])
    monkeypatch.setattr(sys, "argv", argv)  # where ml_collections looks for settings
    values = flags.FlagValues()
    config_flags.DEFINE_config_file("config", None, "", flag_values=values)
    values(argv)
    assert json.loads(values.config.to_json()) == recorded
    said = [word for word in words if word.startswith("--config.")]
    assert len(said) <= len(changes) or None in changes.values()


def test_a_config_with_other_keys_is_told():
    config = json.loads(get_config("timit").to_json())
    with pytest.raises(swn_jax.SwnError, match="gives the config.json of this run"):
        train_command(config | {"colour": "red"})


def test_the_preparing_command_has_the_options_that_differ():
    record = corpus_of("synthetic_speech")
    assert prepare_command(record, record.options) == record.command("data")
    assert prepare_command(record, {**record.options, "seed": 5}) == f"{record.command('data')} --option=seed=5"
