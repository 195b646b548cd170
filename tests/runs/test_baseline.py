"""Baselines are evaluated as runs are: on the same samples, under the same keys."""

import dataclasses

import numpy as np
import pytest

from swn_jax import corpora
from swn_jax.corpora import open_corpus
from swn_jax.data.eval_batches import eval_batches
from swn_jax.errors import SwnError
from swn_jax.runs import baseline, baselines_of, evaluate_baseline
from swn_jax.sealed import opened
from swn_jax.studies.results import read


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    corpora.prepare("synthetic_speech", folder, train=6, valid=2, test=2)
    return open_corpus("synthetic_speech", folder)


def segmented(prepared, frames):
    return dataclasses.replace(prepared, corpus=dataclasses.replace(prepared.corpus, segment=frames))


@pytest.mark.parametrize("segment", [None, 10])
def test_what_is_scored_is_what_models_score(prepared, segment):
    prepared = segmented(prepared, segment)
    found = evaluate_baseline("linear_prediction", prepared)
    fitted = prepared.corpus.domain.baselines["linear_prediction"](baseline.training_units(prepared))
    totals, frames = [], 0
    for batch, real, _ in eval_batches(prepared, "test"):
        for x, mask, before in zip(batch.x[:real], batch.mask, batch.before, strict=False):
            unit = np.concatenate([before[None], x[mask > 0]]).astype(np.float64)
            totals.append(fitted.score(unit).log_prob.sum())
            frames += len(unit) - 1
    assert found["elbo"] == pytest.approx(np.mean(totals), rel=1e-5)
    assert found["elbo_standard_error"] == pytest.approx(np.std(totals, ddof=1) / len(totals) ** 0.5, rel=1e-4)
    assert (found["sequences"], found["frames"]) == (len(totals), frames)
    assert found["elbo_per_frame"] == pytest.approx(np.sum(totals) / frames, rel=1e-5)
    bits = (np.log(prepared.scale.item()) - np.sum(totals) / (200 * frames)) / np.log(2)
    assert found["bits_per_sample"] == pytest.approx(bits, rel=1e-5)


def test_the_likelihood_is_exact_and_flac_stands_beside_it(prepared):
    found = evaluate_baseline("preemphasis", prepared, "valid")
    assert found["elbo"] == found["log_px"] == found["iwae"]
    assert (found["kl"], found["kl_by_layer"], found["step"], found["parameters"]) == (0.0, [], 0, 13)
    assert (found["model"], found["split"], found["reported"]) == ("preemphasis", "valid", False)
    ((name, bits),) = found["code_bits_per_sample"].items()
    assert name.startswith("FLAC")
    assert 2 < bits < 16


def test_results_are_read_by_reports(prepared, tmp_path):
    for name in baselines_of(prepared.corpus):
        found = evaluate_baseline(name, prepared, workdir=tmp_path, command="swn evaluate")
        assert found == opened((tmp_path / name / "eval_test.json").read_text()) | {"likelihood": found["likelihood"]}
    runs = read(tmp_path)
    assert {run.system for run in runs} == {*baselines_of(prepared.corpus)}
    assert all(run.results[0].elbo == run.results[0].iwae for run in runs)
    evaluate_baseline("preemphasis", prepared, "valid", workdir=tmp_path)  # another split beside it
    assert len(read(tmp_path)[-1].results) == 2
    (tmp_path / "preemphasis" / "config.json").write_text('{"dataset": "timit"}')
    with pytest.raises(SwnError, match=r"another config \(baseline: None there, True now, dataset: timit there"):
        evaluate_baseline("preemphasis", prepared, workdir=tmp_path)


def test_units_to_fit_are_spread_and_bounded(prepared, monkeypatch):
    assert len(baseline.training_units(prepared)) == 6
    monkeypatch.setattr(baseline, "LONGEST", 1000)
    assert [len(unit) for unit in baseline.training_units(prepared)] == [6] * 6  # the given frame and five
    monkeypatch.setattr(baseline, "FITTED", 3000)
    monkeypatch.setattr(baseline, "FEWEST", 2)
    first, _, last = baseline.training_units(prepared)
    split = prepared.split("train")
    np.testing.assert_array_equal(first, prepared.scaled(split.frames(0, 0, 6)))
    np.testing.assert_array_equal(last, prepared.scaled(split.frames(5, 0, 6)))


def test_what_is_wrong_is_told(prepared):
    with pytest.raises(SwnError, match="no baseline of speech 'linear': did you mean 'linear_prediction'"):
        evaluate_baseline("linear", prepared)
    with pytest.raises(SwnError, match="no baseline of speech 'all'"):
        evaluate_baseline("all", prepared)
    with pytest.raises(SwnError, match="no baseline of speech 'linear'"):
        baselines_of(prepared.corpus, "preemphasis,linear")
    with pytest.raises(SwnError, match="no split of synthetic_speech 'tset': did you mean 'test'"):
        evaluate_baseline("preemphasis", prepared, "tset")
    for name, domain in (("synthetic_ink", "ink"), ("synthetic_motion", "motion")):
        with pytest.raises(SwnError, match=f"{name} is a corpus of {domain}, which has no baselines, wanted one of"):
            baselines_of(corpora.corpus(name), "all")
