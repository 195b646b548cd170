"""The page of samples: what stands on it, and what is left out with a sentence."""

import dataclasses
import errno
import json
import re

import jax
import numpy as np
import pytest

from swn_jax.configs import get_config
from swn_jax.corpora import open_corpus, prepare
from swn_jax.data.examples import usual_frames
from swn_jax.domains.speech.statistics import gap
from swn_jax.errors import SwnError
from swn_jax.runs import Run, SampleRequest
from swn_jax.runs.parts import model_of
from swn_jax.runs.request import check
from swn_jax.runs.sample import Samples, recordings
from swn_jax.sampling import Temperature
from swn_jax.studies import sample_page, sample_quality


def test_statistics_take_two_recordings(tmp_path):
    prepare("synthetic_speech", tmp_path, train=2, valid=1, test=1)
    prepared = open_corpus("synthetic_speech", tmp_path)
    assert sample_quality.references(prepared, "test", 20) == []
    real = sample_quality.references(prepared, "train", 20)
    tables = sample_quality.generated(tmp_path, "run", prepared, real, [np.zeros(4000, np.int16)])
    for table in tables:
        assert {"pitch", "energy"} <= {row[0] for row in table.rows}
    names = {name: json.loads((tmp_path / f"{name}.json").read_text()) for name in ("quality", "drift")}
    assert [row["name"] for row in names["quality"]] == [pair["last"]["name"] for pair in names["drift"]]


def test_continuations_are_compared_with_their_recordings_and_with_others(two, tmp_path):
    """Samples that are the recordings have no error; the frames of the other recording in their place have."""
    request = SampleRequest(frames=120, num=2, prefix=0.25)
    real = recordings(two, "continue", "train", request)
    rows = [*map(two.rows, real.batch.x)]
    table = sample_quality.continued(
        tmp_path, "run", two, request, real, Samples(real.batch.x, rows, [0, 0], [120, 120])
    )
    (unit, error, other), swapped = table.rows[0], [np.r_[a[:6000], b[6000:]] for a, b in (rows, rows[::-1])]
    expected = np.concatenate(
        [gap(a[6000:22000], b[6000:22000], 16000.0, {}) for a, b in zip(rows, swapped, strict=True)]
    )
    assert (unit, error, other) == ("dB", "0", f"{expected.mean():.3g}")
    assert json.loads((tmp_path / "continuation.json").read_text())["other"] == pytest.approx(expected.mean())


@pytest.mark.parametrize("domain", ["speech", "ink", "motion"])
def test_the_bare_command_works_where_the_test_split_has_one_recording(domain, tmp_path):
    prepare(f"synthetic_{domain}", tmp_path / "data", train=2, valid=1, test=1)
    prepared = open_corpus(f"synthetic_{domain}", tmp_path / "data")
    config = get_config(f"synthetic_{domain}:wavenet")
    config.model.update(layers=2, width=4)
    model = model_of(config, prepared.frame_size)
    run = Run(tmp_path, config, prepared, model, model.init(jax.random.key(0)), 0)
    frames, rate = usual_frames(prepared, "test"), prepared.manifest.rate
    recording = prepared.split("test").counts[0]
    assert frames == {"speech": 160, "motion": 2 * (rate or 0), "ink": recording}[domain]
    said = []
    request = SampleRequest(min(frames, 40), num=2)
    page = sample_page.write(tmp_path / "out", {"run": run}, ["generate"], request, "", "swn sample", said.append)
    assert "run: no statistics, they compare with two recordings of test, and it has one." in page.read_text()
    assert len(list((tmp_path / "out" / "run").iterdir())) >= 2


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    folder = tmp_path_factory.mktemp("two")
    prepare("synthetic_speech", folder, train=3, valid=1, test=2)
    return open_corpus("synthetic_speech", folder)


@pytest.mark.parametrize(("mode", "split", "num", "frames", "remedy"), [
    ("continue", "train", 8, 1, r"ask for --num=3, or take another --split"),
    ("continue", "train", 8, 10**4, r"ask for --num=3 --frames=\d+, or take another --split"),
    ("continue", "train", 2, 10**4, r"ask for --frames=\d+, or for fewer recordings"),
    ("interpolate", "valid", 8, 1, r"found one recording, wanted two to interpolate between: take another --split"),
])  # fmt: skip
def test_what_is_advised_helps(two, mode, split, num, frames, remedy):
    with pytest.raises(SwnError, match=remedy) as found:
        recordings(two, mode, split, SampleRequest(frames, num))
    advised = {key: int(value) for key, value in re.findall(r"--(num|frames)=(\d+)", str(found.value))}
    if advised:
        assert recordings(two, mode, split, SampleRequest(frames, num)._replace(**advised)).batch.mask.all()


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left on device"), RuntimeError("System error.")])
def test_a_full_disk_is_told(two, tmp_path, error):
    """The second is what libsndfile raises."""

    def full(*_, **__):
        raise error

    corpus = dataclasses.replace(two.corpus, domain=dataclasses.replace(two.corpus.domain, write=full))
    with pytest.raises(SwnError, match="out: cannot be written .*: free disk space, or choose another --out"):
        sample_page.write_column(
            dataclasses.replace(two, corpus=corpus), tmp_path / "out", {"0": np.zeros(9, np.int16)}, {}, {}
        )


@pytest.mark.parametrize("changes", [
    {"temperature": Temperature(float("nan"))}, {"temperature": Temperature(1.0, float("inf"))}, {"num": 0},
    {"temperature": Temperature(-1.0)}, {"prefix": float("nan")}, {"frames": 0},
])  # fmt: skip
def test_numbers_of_a_request_are_checked(changes):
    with pytest.raises(SwnError, match=r"found .* wanted "):
        check(SampleRequest(frames=8)._replace(**changes))


@pytest.mark.parametrize("seconds", [float("nan"), float("inf"), -1.0])
def test_no_such_time_is_told(two, seconds):
    with pytest.raises(SwnError, match="found a length of .* seconds, wanted a finite time, as --seconds=2"):
        two.frames_in(seconds)


def test_rows_are_named_by_number_or_weight():
    request = SampleRequest(frames=8, num=3)
    assert sample_page.row_names("generate", request) == ["0", "1", "2"]
    assert sample_page.row_names("interpolate", request) == ["weight 0.00", "weight 0.50", "weight 1.00"]


@pytest.mark.parametrize(("modes", "words"), [
    (["generate", "interpolate"], "wanted interpolate alone: run the others separately"),
    (["generated"], "did you mean 'generate'"),
])  # fmt: skip
def test_modes_that_do_not_go_together(modes, words):
    with pytest.raises(SwnError, match=words):
        sample_page.check(modes)
