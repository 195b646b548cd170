"""Runs as functions: trained, opened, evaluated and sampled as from a notebook, without flags and in silence."""

import contextlib
import errno
import io
import json
import os
import shutil

import jax
import numpy as np
import pytest
from small_run import STEPS, config_of

from swn_jax import configs, corpora
from swn_jax.configs.keys import CONFIG_KEYS, renamed
from swn_jax.errors import SwnError
from swn_jax.runs import SampleRequest, evaluate_run, load_run, load_runs, sample_run, train_run
from swn_jax.runs.optimizer import optimizer_of, rate_of
from swn_jax.runs.workdir import locked
from swn_jax.sampling import Temperature
from swn_jax.sealed import opened


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    corpora.prepare("synthetic_speech", folder, train=6, valid=2, test=2)
    return folder


class Kept:
    """A writer that keeps the records."""

    def __init__(self):
        self.records = []

    def write(self, record):
        self.records.append(record)

    def close(self):
        self.closed = True


@pytest.fixture(scope="module")
def trained(data_dir, tmp_path_factory):
    """A trained run: how it ended, its folder, its records, and all that was said to anybody."""
    workdir, writer, said = tmp_path_factory.mktemp("run"), Kept(), []
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        (result,) = train_run(
            config_of(), workdir, data_dir, devices=1, writers=lambda steps: [writer], tell=said.append
        )
    return result, workdir, writer, [*said, *out.getvalue()]


def test_a_run_is_told_once_of_products_that_are_slow_here(data_dir, tmp_path, monkeypatch):
    monkeypatch.setattr("swn_jax.runs.train.slow_on", lambda platform, dtype: f"{dtype} on {platform}")
    warned = []
    train_run(config_of(), tmp_path, data_dir, devices=1, warn=warned.append, stop=lambda: True)
    assert warned == ["float32 on cpu"]


def test_a_run_is_trained_in_silence(trained):
    result, _, writer, said = trained
    assert (result.finished, int(result.state.step)) == (True, STEPS)
    assert [r["step"] for r in writer.records if "elbo" in r] == [1, 2, 3, 4]
    assert result.best == max(r["valid_elbo"] for r in writer.records if "valid_elbo" in r)
    assert writer.closed
    assert said == []


def test_it_is_loaded_evaluated_and_sampled_in_silence(data_dir, trained, capfd, monkeypatch):
    run = load_run(trained[1], data_dir, checkpoint="newest")
    assert (run.step, run.corpus.name, run.model.frame) == (STEPS, "synthetic_speech", 200)
    found = evaluate_run(run, samples=3)
    kept = (run.workdir / "eval_test.json").read_text()
    assert found == opened(kept)
    shown = []
    with monkeypatch.context() as full:
        full.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError(errno.ENOSPC, "No space left on device")))
        with pytest.raises(OSError, match="No space left on device: .*eval_test.json"):
            evaluate_run(run, samples=3, command="again", show=shown.append)
    assert shown == [found | {"command": "again"}]  # before it was to be written
    assert (run.workdir / "eval_test.json").read_text() == kept
    assert not list(run.workdir.glob("*.part"))
    assert (found["split"], found["sequences"], found["iwae_samples"]) == ("test", 2, 3)
    assert found["elbo_per_frame"] * found["frames"] == pytest.approx(2 * found["elbo"])
    samples = sample_run(run, "generate", SampleRequest(frames=5, num=3))
    assert samples.frames.shape == (3, 5, 200)
    assert [(rows.dtype, rows.shape) for rows in samples.rows] == [(np.int16, (1000,))] * 3
    assert capfd.readouterr() == ("", "")


def test_every_mode_gives_as_many_frames_as_asked_for(data_dir, trained):
    run = load_run(trained[1], data_dir)
    request = SampleRequest(frames=6, num=2, temperature=Temperature(0.0, 0.0))
    for mode in ("generate", "continue", "reconstruct", "interpolate"):
        assert sample_run(run, mode, request).frames.shape == (2, 6, 200)
    given = sample_run(run, "continue", request).frames
    real = run.prepared.split("test").frames(0, 1, 4)  # a recording's first frame is given, not predicted
    np.testing.assert_allclose(given[0, :3], run.prepared.scaled(real), rtol=1e-5, atol=1e-5)
    with pytest.raises(SwnError, match="no sampling mode 'generat': did you mean 'generate'"):
        sample_run(run, "generat", request)


@pytest.mark.slow
def test_a_stopped_run_goes_on_also_under_the_names_that_keys_had(data_dir, trained, tmp_path):
    asked = iter([False, False, True])
    (stopped,) = train_run(config_of(), tmp_path, data_dir, devices=1, stop=lambda: next(asked))
    assert (stopped.finished, int(stopped.state.step)) == (False, 3)
    before = {new: old for old, new in CONFIG_KEYS.items()}
    path = tmp_path / "config.json"
    path.write_text(json.dumps(renamed(json.loads(path.read_text()), before)))
    assert {"frames", "stride"} <= json.loads(path.read_text()).keys()
    (ended,) = train_run(config_of(), tmp_path, data_dir, devices=1)
    assert ended.finished
    for a, b in zip(*(jax.tree.leaves(each.state.params) for each in (ended, trained[0])), strict=True):
        np.testing.assert_array_equal(a, b)
    assert load_run(tmp_path, data_dir, checkpoint="newest").step == STEPS
    with pytest.raises(SwnError, match=r"another config \(rate: 0.001 there, 0.01 now\)"):
        train_run(config_of(rate=0.01), tmp_path, data_dir)


def test_replicas_are_runs_of_their_own(data_dir, tmp_path):
    said = []
    results = train_run(config_of(replicas=2, seed=3), tmp_path, data_dir, devices=1, tell=said.append)
    assert [int(result.state.step) for result in results] == [STEPS] * 2
    assert said == ["2 replicas, each in a folder of its seed; shown are the metrics of the first"]
    with pytest.raises(SwnError, match="holds 2 replicas: name one, --workdir=.*seed_3"):
        load_run(tmp_path, data_dir)
    runs = load_runs([tmp_path / "seed_3", tmp_path / "seed_4"], lambda folder: load_run(folder, data_dir))
    assert [(name, run.config.seed) for name, run in runs.items()] == [("seed_3", 3), ("seed_4", 4)]


def test_what_is_missing_is_told(data_dir, trained, tmp_path):
    with pytest.raises(SwnError, match="holds no run .no config.json.: train one with `swn train`"):
        load_run(tmp_path, data_dir)
    with pytest.raises(SwnError, match="no checkpoint 'newst': did you mean 'newest'"):
        load_run(trained[1], data_dir, checkpoint="newst")
    with pytest.raises(SwnError, match="no split of synthetic_speech 'tset': did you mean 'test'"):
        evaluate_run(load_run(trained[1], data_dir), "tset")
    other = config_of(dataset="timit")
    with pytest.raises(SwnError, match="run `swn prepare --dataset=timit"):
        train_run(other, tmp_path, data_dir)


def test_a_folder_is_trained_in_by_one_process_and_read_by_others(data_dir, trained):
    with locked(trained[1]):
        with pytest.raises(SwnError, match=f"process {os.getpid()} on .* trains in {trained[1]}: wait for its end, or"):
            train_run(config_of(), trained[1], data_dir, devices=1)
        assert load_run(trained[1], data_dir).step in (2, 4)
    assert train_run(config_of(), trained[1], data_dir, devices=1)[0].finished


def changed(text, **model):
    config = json.loads(text)
    return json.dumps(config | {"model": config["model"] | model})


@pytest.mark.parametrize(("change", "words"), [
    (lambda text: text[:100], r"config.json is no JSON object .*: copy it again"),
    (lambda text: "[]", r"config.json is no JSON object .found list.: copy it again"),
    (lambda text: '{"dataset": "synthetic_speech"}', "config.json lacks adam_b2, .*, warmup: bring back the"),
    (lambda text: changed(text, layers="two"), "has model.layers='two', wanted a number as 4: bring back"),
    (lambda text: changed(text, width=16), r"found .params\S+ \[.*8.*\], wanted \[.*16.*\]: this is the checkpoint"),
    (lambda text: changed(text, layers=3), r"found no .params\S+: this is the checkpoint of another model"),
])  # fmt: skip
def test_a_config_that_is_not_the_runs_is_told_in_one_sentence(data_dir, trained, tmp_path, change, words):
    shutil.copytree(trained[1], tmp_path / "run")
    path = tmp_path / "run" / "config.json"
    path.write_text(change(path.read_text()))
    with pytest.raises(SwnError, match=words) as found:
        load_run(tmp_path / "run", data_dir)
    assert "\n" not in str(found.value)


def test_checkpoints_without_their_config_are_not_trained_on(data_dir, trained, tmp_path):
    shutil.copytree(trained[1], tmp_path / "run")
    (tmp_path / "run" / "config.json").unlink()
    with pytest.raises(SwnError, match=r"holds checkpoints of a run whose config.json is gone: bring it back"):
        train_run(config_of(), tmp_path / "run", data_dir, devices=1)
    with pytest.raises(SwnError, match=r"whose config.json is gone: bring it back"):  # training anew is refused there
        load_run(tmp_path / "run", data_dir)
    assert not (tmp_path / "run" / "config.json").exists()
    (tmp_path / "file").touch()
    with pytest.raises(SwnError, match="file is a file, wanted a folder for the run"):
        train_run(config_of(), tmp_path / "file", data_dir, devices=1)


def test_an_embedded_corpus_is_prepared_on_the_way(tmp_path, monkeypatch):
    prepare = corpora.prepare
    monkeypatch.setattr(corpora, "prepare", lambda *args, **inputs: prepare(*args, **inputs, train=2, valid=1, test=1))
    said = []
    config = configs.get_config("synthetic_ink:wavenet")
    config.update_from_flattened_dict({"frame_size": 2})  # which ink cannot have
    with pytest.raises(SwnError, match="synthetic_ink: found frame_size=2, wanted 0"):
        train_run(config, tmp_path / "run", tmp_path / "data", tell=said.append)
    assert said == [f"preparing synthetic_ink into {tmp_path / 'data'}"]


def test_a_warm_up_is_shortened_with_a_word_and_devices_are_counted(data_dir, tmp_path):
    said, config = [], config_of(steps="20 steps", warmup="50 steps")
    for devices in (-1, 99):
        with pytest.raises(SwnError, match=f"found --devices={devices}, wanted 1 to 4, the devices that are there"):
            train_run(config, tmp_path / "run", data_dir, devices=devices, tell=said.append)
    assert said[0] == "a warm-up of 50 steps is too long for this training, 2 take its place (--config.warmup)"
    assert not (tmp_path / "run").exists()
    np.testing.assert_allclose([float(rate_of(config, 1)(t)) for t in (0, 1, 2)], [0, 5e-4, 1e-3], rtol=1e-6)


def test_a_run_in_epochs_is_opened_whatever_its_warm_up():
    """Its optimizer is built for its shapes alone, with one step per epoch."""
    for name in ("blizzard:swavenet", "timit:srnn", "iamondb:srnn"):
        optimizer_of(configs.get_config(name), 1)
