"""A density of integers takes their units from its corpus, and so does its release; one of sound asks for sound."""

import json

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from daily import daily

import swn_jax
from swn_jax import configs, corpora
from swn_jax.errors import SwnError
from swn_jax.release.run import recipe_of
from swn_jax.runs import SampleRequest, evaluate_run, load_run, sample_run, train_run


def config_of(name, encoding="pcm16"):
    config = configs.get_config(f"{name}:logistic_mixture")
    config.update_from_flattened_dict({
        "steps": "3 steps", "warmup": "1 steps", "anneal.over": "2 steps", "eval_every": 3, "batch": 4,
        "sequence_length": 6, "model.width": 8, "model.layers": 2, "likelihood.components": 3,
        "likelihood.encoding": encoding,
    })  # fmt: skip
    return config


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    corpora.prepare("synthetic_speech", folder, train=6, valid=1, test=2)
    for name in ("synthetic_ink", "synthetic_motion"):
        corpora.prepare(name, folder, train=2, valid=1, test=1)
    return folder


@pytest.mark.parametrize("encoding", daily(["pcm16", "mulaw8"], "pcm16"))
def test_a_run_is_trained_evaluated_sampled_and_released(data_dir, tmp_path, encoding):
    train_run(config_of("synthetic_speech:wavenet", encoding), tmp_path / "run", data_dir, devices=1)
    run = load_run(tmp_path / "run", data_dir)
    found = evaluate_run(run, samples=1)
    units = {"scale": run.prepared.scale.item(), "shift": run.prepared.shift.item()}
    assert units["scale"] > 100
    recorded = json.loads((run.workdir / "eval_test.json").read_text())["likelihood"]
    assert recorded == {**run.config.likelihood, **units}
    assert "scale" not in run.config.likelihood
    (rows,) = sample_run(run, "generate", SampleRequest(frames=5, num=1)).rows
    assert rows.dtype == np.int16

    swn_jax.save(tmp_path / "out", recipe_of(run), run.variables)
    model, variables, recipe = swn_jax.load(tmp_path / "out")
    assert recipe.likelihood == recorded
    split = run.prepared.split("test")
    bits, samples = 0.0, 0
    for number, frames in enumerate(split.counts):
        raw = split.frames(number, 0, frames)
        x = jnp.asarray(run.prepared.scaled(raw), jnp.float32)[None]
        batch = swn_jax.Batch(x[:, 1:], jnp.ones((1, x.shape[1] - 1)), x[:, 0])
        log_px = jax.jit(model.terms)(variables, batch, jnp.zeros((1, x.shape[1] - 1, 0)))[0].log_px
        bits -= float((log_px - 200 * np.log(units["scale"])).sum() / np.log(2))
        samples += 200 * log_px.size
    assert found["bits_per_sample"] == pytest.approx(bits / samples, rel=1e-5)
    assert bits > 0


def test_a_density_of_integers_asks_for_integers(data_dir, tmp_path):
    with pytest.raises(SwnError, match="logistic_mixture is a probability of integers: found synthetic_ink"):
        train_run(config_of("synthetic_ink:wavenet"), tmp_path, data_dir)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["linear_prediction", "samplewise", "source_filter"])
def test_a_density_of_sound_asks_for_sound(data_dir, tmp_path, name):
    for corpus in ("synthetic_ink", "synthetic_motion"):  # poses may be as wide as a whole number of blocks
        config = configs.get_config(f"{corpus}:wavenet:{name}")
        config.batch = 1
        with pytest.raises(SwnError, match=f"{name} is a density of sound, sample by sample: found {corpus}, which"):
            train_run(config, tmp_path, data_dir)
        assert not list(tmp_path.iterdir())
