"""What a folder says of its runs, and what is told of folders that say nothing."""

import json

import numpy as np
import pytest

from swn_jax.errors import SwnError
from swn_jax.studies.results import read


def test_a_run_is_read(study):
    study.add("a", 7.0, seed=3, curve=[(50, -1e6), (100, 6.0)])
    (study.folder / "slurm").mkdir()  # no run
    (run,) = read(study.folder)
    assert (run.name, run.system, run.config["seed"], run.trained, run.error) == ("a", "swavenet", 3, 100, "")
    assert run.config["model.log_scale_bounds"] == (-8.0, 8.0)
    assert run.config["model.stochastic"] == 4  # None stands for all of the layers
    (result,) = run.results
    assert (result.elbo, result.iwae, result.step, result.parameters) == (7.0, 17.0, 75, 1234)
    assert result.definition["likelihood.floor"] == -7.0
    np.testing.assert_array_equal(run.curve, [[50, -1e6], [100, 6.0]])


def test_every_split_is_a_result(study):
    place = study.add("a", 7.0)
    found = json.loads((place / "eval_test.json").read_text())
    (place / "eval_valid.json").write_text(json.dumps(found | {"split": "valid", "elbo": 8.0}))
    (run,) = read(study.folder)
    assert [(result.split, result.elbo) for result in run.results] == [("test", 7.0), ("valid", 8.0)]


def test_a_failed_run_keeps_its_last_words(study):
    study.add("a", 7.0)
    study.add("b", error="Traceback\nout of memory\n\n")
    (study.folder / "c").mkdir()
    (study.folder / "c" / "error.txt").write_text("no such corpus\n")  # before it had a config
    study.add("d", error="")
    assert [run.error for run in read(study.folder)] == ["", "out of memory", "no such corpus", "no reason given"]


@pytest.mark.parametrize("elbo", [float("nan"), float("-inf")])
def test_a_bound_that_is_no_number_is_a_failure(study, elbo):
    study.add("a", 7.0)
    study.add("b", elbo)
    good, bad = read(study.folder)
    assert good.results
    assert not bad.results
    assert bad.error.startswith(f"eval_test.json: elbo {elbo}")


def test_a_config_without_a_system_is_not_taken_for_one(study):
    study.add("a", 7.0, system=None)
    assert read(study.folder)[0].system == "swavenet with gaussian, system not recorded"


def test_a_log_that_a_crash_cut_short(study):
    place = study.add("a", 7.0, trained=60)
    with (place / "metrics.jsonl").open("a") as file:
        file.write('{"step": 7')
    assert read(study.folder)[0].trained == 60
    with (place / "metrics.jsonl").open("a") as file:
        file.write('\n{"step": 80}\n')
    with pytest.raises(SwnError, match=r"metrics.jsonl, line 2, cannot be read"):
        read(study.folder)


def test_folders_without_a_result(study):
    study.folder.mkdir()
    with pytest.raises(SwnError, match="study holds no runs .*pass the --workdir of a sweep"):
        read(study.folder)
    with pytest.raises(SwnError, match="nowhere holds no runs"):
        read(study.folder / "nowhere")
    study.add("b", error="out of memory")
    study.add("c")
    with pytest.raises(SwnError, match=r"holds 2 runs and no result \(1 failed, the first is b: out of memory\)"):
        read(study.folder)
    with pytest.raises(SwnError, match="it is a run itself: pass the folder around it"):
        read(study.folder / "b")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"elbo": 1', "eval_test.json cannot be read"),
        ("[1, 2]", "cannot be read .found list"),
        ('{"elbo": 1}', "eval_test.json has no 'corpus', wanted it: evaluate the run again"),
    ],
)
def test_a_result_that_cannot_be_read_is_named(study, text, words):
    study.add("a", 7.0)
    place = study.add("b")
    (place / "eval_test.json").write_text(text)
    with pytest.raises(SwnError, match=words) as told:
        read(study.folder)
    assert "/b/eval_test.json" in str(told.value)


def test_a_bound_in_words(study):
    study.add("a", 7.0, result={"step": "late"})
    with pytest.raises(SwnError, match="eval_test.json has step = 'late', wanted a number"):
        read(study.folder)


def test_a_result_without_a_config(study):
    (study.add("a", 7.0) / "config.json").unlink()
    with pytest.raises(SwnError, match="holds eval_test.json and no config.json"):
        read(study.folder)
