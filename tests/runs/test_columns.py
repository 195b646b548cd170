"""Runs that are given columns along each recording: trained, resumed, evaluated, sampled, released; what is refused."""

import json

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from small_run import config_of
from sound_files import write_sound

import swn_jax
from swn_jax import corpora
from swn_jax.corpora import synthetic_motion
from swn_jax.domains.speech.prosody import prosody
from swn_jax.errors import SwnError
from swn_jax.release.run import release
from swn_jax.runs import Run, SampleRequest, evaluate_run, load_run, sample_run, train_run
from swn_jax.runs.examples import examples_in
from swn_jax.runs.sample import stream_rows
from swn_jax.sampling import Temperature

STILL = SampleRequest(frames=6, num=2, temperature=Temperature(0.0, 0.0))


def config(condition="prosody", **changes):
    return config_of("rnn", **{"model.cells": 8, "model.layers": 1, "condition": condition, **changes})


def told(condition, period="told", **changes):
    """Of a density that is told the period."""
    own = {"likelihood.period": period, "condition": condition, "model.inputs": "frame", **changes}
    return config_of("rnn_sourcefilter", **{"model.cells": 8, "model.layers": 1, **own})


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    corpora.prepare("synthetic_speech", folder, train=9, valid=2, test=2)
    return folder


@pytest.fixture(scope="module")
def trained(data_dir, tmp_path_factory):
    workdir, said = tmp_path_factory.mktemp("run"), []
    (result,) = train_run(config(), workdir, data_dir, devices=1, tell=said.append)
    assert "given the prosody of each frame: log F0, voiced, energy" in said
    return result, workdir


@pytest.fixture(scope="module")
def run(data_dir, trained):
    return load_run(trained[1], data_dir, checkpoint="newest")


def test_it_goes_on_to_the_same_bits(data_dir, trained, tmp_path):
    asked = iter([False, True])
    (stopped,) = train_run(config(), tmp_path, data_dir, devices=1, stop=lambda: next(asked))
    assert not stopped.finished
    (result,) = train_run(config(), tmp_path, data_dir, devices=1)
    jax.tree.map(np.testing.assert_array_equal, result.state.params, trained[0].state.params)


def test_the_scaling_is_recorded_and_comes_back(data_dir, trained, run):
    facts = json.loads((trained[1] / "data.json").read_text())
    assert facts["condition"] == {"prosody": ["log F0", "voiced", "energy"]}
    wanted = corpora.open_corpus("synthetic_speech", data_dir).given("prosody").condition
    assert facts["scaling"] == {"mean": list(wanted.mean), "std": list(wanted.std)}
    assert run.prepared.condition == wanted
    assert run.model.condition == 3


def test_the_bound_depends_on_it(run):
    found = evaluate_run(run, samples=1)
    assert found["context"].endswith(", given its prosody")
    other = run.prepared.condition.__class__("prosody", run.prepared.condition.names, (0.0,) * 3, (1.0,) * 3)
    moved = run._replace(prepared=run.prepared.__class__(**{**vars_of(run.prepared), "condition": other}))
    assert evaluate_run(moved, samples=1)["elbo"] != found["elbo"]


def vars_of(prepared):
    return {name: getattr(prepared, name) for name in prepared.__dataclass_fields__}


def test_new_sound_is_driven_by_recordings(run):
    """Without chance, what differs between two is the prosody of two recordings; another split has another."""
    x = sample_run(run, "generate", STILL).frames
    assert x.shape == (2, 6, 200)
    assert not np.array_equal(x[0], x[1])
    np.testing.assert_array_equal(x, sample_run(run, "generate", STILL, split="test").frames)
    assert not np.array_equal(x, sample_run(run, "generate", STILL, split="valid").frames)
    samples = np.asarray(run.prepared.split("test")[0])
    own = run.prepared.condition.standardised(prosody(samples, 16000.0, 200)[1:7])[None]
    before, own = jnp.zeros((1, 200)), jnp.asarray(own)
    again = swn_jax.generate(run.model, run.variables, STILL.key, 6, before=before, condition=own,
                             temperature=STILL.temperature)  # fmt: skip
    np.testing.assert_allclose(again[0], x[0], rtol=1e-4, atol=1e-5)
    for mode in ("continue", "reconstruct"):
        assert sample_run(run, mode, STILL).frames.shape == (2, 6, 200)


def test_what_cannot_be_sampled_is_told(run):
    with pytest.raises(
        SwnError, match="found --condition=theo, and .* is given the prosody of recordings: leave it ou"
    ):
        sample_run(run, "generate", STILL._replace(condition=("theo",)))
    with pytest.raises(SwnError, match="found --text=hello, and .* is given the prosody of recordings: leave it out"):
        sample_run(run, "generate", STILL._replace(text=("hello",)))
    with pytest.raises(SwnError, match="is given the prosody of recordings, which end, .*: take --what=generate"):
        next(stream_rows(run, STILL))
    with pytest.raises(SwnError, match="found 2 recordings of 6 frames, wanted 3"):
        sample_run(run, "generate", STILL._replace(num=3))


def test_examples_have_the_prosody_of_their_recordings(trained, run, tmp_path):
    write = examples_in(tmp_path, run.model, run.prepared, 2, 0, warn=pytest.fail)
    assert len([path for path in write(trained[0].state) if path.suffix == ".wav"]) == 2


def test_a_release_says_what_it_is_given(data_dir, trained, run, tmp_path):
    release(lambda: run, tmp_path, ["weights"], warn=print)
    model, variables, recipe = swn_jax.load(tmp_path)
    assert model.condition == 3
    assert recipe.condition == {"prosody": ("log F0", "voiced", "energy")}
    assert recipe.facts["condition"] == {"mean": run.prepared.condition.mean, "std": run.prepared.condition.std}
    jax.tree.map(np.testing.assert_array_equal, variables, run.variables)
    text = (tmp_path / "README.md").read_text()
    assert "It is given the prosody of each frame: `condition` has, in this order, log F0, voiced, energy." in text
    assert "condition = jnp.zeros((2, model.condition))" in text


@pytest.fixture(scope="module", params=["told", "pulses"])
def voiced(request, data_dir, tmp_path_factory):
    """A run of a density that is told the period, or this and marks."""
    workdir = tmp_path_factory.mktemp("told")
    small = {f"likelihood.{key}": value for key, value in dict(units=4, window=20, components=2, order=2).items()}
    train_run(told("prosody", request.param, **small), workdir, data_dir, devices=1)
    return load_run(workdir, data_dir, checkpoint="newest")


def test_a_density_that_is_told_its_period_is_told_that_of_the_recordings(voiced, tmp_path):
    facts, told = json.loads((voiced.workdir / "data.json").read_text()), voiced.model.likelihood.told
    names = ("log F0", "voiced", "energy", "period", "mark")[: 3 + told]
    assert told == {"told": 1, "pulses": 2}[voiced.config.likelihood.period]
    assert facts["condition"] == {"prosody": list(names)}
    assert (facts["scaling"]["mean"][3:], facts["scaling"]["std"][3:]) == ([0.0] * told, [100.0] * told)
    assert voiced.model.condition == len(names)
    assert np.isfinite(evaluate_run(voiced, samples=1)["elbo"])
    for mode in ("generate", "continue", "reconstruct"):
        assert sample_run(voiced, mode, STILL).frames.shape == (2, 6, 200)
    release(lambda: voiced, tmp_path, ["weights"], warn=print)
    model, _, recipe = swn_jax.load(tmp_path)
    assert (model.condition, model.likelihood) == (len(names), voiced.model.likelihood)
    assert recipe.condition == {"prosody": names}


@pytest.mark.parametrize("condition", ["", "speaker"])
def test_a_density_that_is_told_its_period_asks_for_prosody(condition, data_dir, tmp_path):
    found = f"found likelihood.period=told and condition={condition or 'none'}, which has no period: pass --config.cond"
    with pytest.raises(SwnError, match=found):
        train_run(told(condition), tmp_path, data_dir, devices=1)
    assert not list(tmp_path.iterdir())


def test_columns_of_files_are_those_of_the_training(tmp_path):
    """Other numbers of the same names, other names and none are told apart from those of the training."""
    for seed in range(5):
        write_sound(tmp_path / "sounds" / f"{seed}.wav", 4000, seed=seed)

    def prepared(name, header, factor):
        (tmp_path / name).mkdir()
        for seed in range(5):
            (tmp_path / name / f"{seed}.csv").write_text(f"{header}\n{factor * seed}\n")
        corpora.prepare(
            "speech_folder", tmp_path / f"{name}-data", manual_dir=tmp_path / "sounds",
            columns=tmp_path / name if header else None,
        )  # fmt: skip
        return tmp_path / f"{name}-data"

    own, workdir = prepared("own", "gain", 1), tmp_path / "run"
    small = config("columns", dataset="speech_folder", sequence_length=4)
    train_run(small, workdir, own, devices=1)
    run = load_run(workdir, own, checkpoint="newest")
    assert run.model.condition == 1
    with pytest.raises(SwnError, match="was trained on other data than .*columns: "):
        load_run(workdir, changed := prepared("changed", "gain", 2), checkpoint="newest")
    other = load_run(workdir, changed, checkpoint="newest", other=True)
    assert other.other
    assert other.prepared.condition == run.prepared.condition
    for name, header, found in (("named", "tilt", "the columns tilt"), ("without", "", "no columns")):
        with pytest.raises(SwnError, match=f"found {found}, wanted gain, with which .* was trained: prepare it with"):
            load_run(workdir, prepared(name, header, 1), checkpoint="newest", other=True)
    with pytest.raises(SwnError, match="condition: columns there, prosody now|log F0 of prosody constant"):
        train_run(config("prosody", dataset="speech_folder", sequence_length=4), workdir, own, devices=1)


def test_new_motion_begins_with_the_recording_whose_numbers_it_is_given(tmp_path):
    """By the takes themselves: the frames that follow their first, drawn from there, where the root then stood."""
    index = synthetic_motion.index(seed=0, features="poses", train=3, valid=1, test=3)
    random = np.random.default_rng(0)
    for each in (one for split in index.splits.values() for one in split):
        path = tmp_path / "columns" / f"{each.id}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"speed\n{random.normal()}\n")
    options = dict(features="poses", train=3, valid=1, test=3)
    corpora.prepare("synthetic_motion", tmp_path, columns=tmp_path / "columns", **options)
    prepared = corpora.open_corpus("synthetic_motion", tmp_path).given("columns")
    model = swn_jax.build("lstm", prepared.frame_size, condition=1, width=8, cells=8)
    run = Run(tmp_path, config("columns"), prepared, model, jax.jit(model.init)(jax.random.key(0)), 0)
    made = sample_run(run, "generate", STILL)
    takes = [index.splits["test"][number].read()[0] for number in (0, 2)]  # two of three, spread over the split
    first = np.stack([run.corpus.domain.frames(take[:2], run.prepared.frame_size, index.extra)[0] for take in takes])
    before = jnp.asarray(run.prepared.scaled(first), jnp.float32)
    given = jnp.asarray([run.prepared.split("test").track(number)[:6] for number in (0, 2)])
    again = swn_jax.generate(
        run.model, run.variables, STILL.key, 6, before=before, condition=given, temperature=STILL.temperature
    )
    np.testing.assert_allclose(made.frames, again, rtol=1e-4, atol=1e-4)
    for rows, take in zip(made.rows, takes, strict=True):
        np.testing.assert_allclose(rows[0, [0, 2]], take[1, [0, 2]], atol=1e-5)
