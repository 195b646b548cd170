"""Trackers get each number of a run once, under one identity, and no step waits for them."""

import json
import sqlite3
import struct
import threading

import pytest

from swn_jax.errors import SwnError
from swn_jax.runs.trackers import opened as trackers
from swn_jax.runs.trackers.tracked import Memory, Tracked
from swn_jax.train.logging import Shows, Writer


class StandIn:
    """A tracker that keeps what it is told."""

    identity = "abc"

    def __init__(self):
        self.points, self.files, self.closed = [], [], False

    def log(self, step, numbers):
        self.points += [(step, name, value) for name, value in numbers.items()]

    def show(self, step, files):
        self.files += [(step, name) for name in files]

    def summarise(self, step, numbers):
        self.points.append((step, numbers))

    def close(self):
        self.closed = True


def tracked(folder, tracker, warned, **limits):
    return Tracked("standin", tracker, Memory(folder / "memory.json"), warned.append, **limits)


def test_numbers_pictures_and_sounds_arrive_in_order(tmp_path):
    tracker, warned = StandIn(), []
    writer = tracked(tmp_path, tracker, warned)
    assert isinstance(writer, Writer)
    assert isinstance(writer, Shows)
    writer.write({"step": 2, "elbo": 1.5, "kl": [0.25, 0.5], "loss": float("nan")})
    writer.write({"step": 2, "valid_elbo": 3.0})
    writer.show(2, [tmp_path / "2" / "0.png", tmp_path / "2" / "0.wav"])
    writer.close()
    assert tracker.points == [(2, "elbo", 1.5), (2, "kl/0", 0.25), (2, "kl/1", 0.5), (2, "valid_elbo", 3.0)]
    assert tracker.files == [(2, "examples/0.png"), (2, "examples/0.wav")]
    assert tracker.closed
    assert warned == []


def test_a_run_that_went_back_sends_no_number_again(tmp_path):
    first, second = StandIn(), StandIn()
    for tracker, steps in ((first, (1, 2, 3, 4)), (second, (3, 4, 5))):  # killed, and resumed from step 2
        writer = tracked(tmp_path, tracker, [])
        for step in steps:
            writer.write({"step": step, "elbo": float(step)})
            if step == 4 and tracker is second:  # for which the first had no time
                writer.write({"step": step, "valid_elbo": 0.5})
                writer.show(step, [tmp_path / "0.png"])
        writer.close()
    assert [step for step, _, _ in first.points] == [1, 2, 3, 4]
    assert second.points == [(4, "valid_elbo", 0.5), (5, "elbo", 5.0)]
    assert second.files == [(4, "examples/0.png")]


def test_what_was_on_its_way_when_the_process_was_killed_is_not_sent_again(tmp_path):
    told = []
    tracker = StandIn()
    tracker.log = lambda step, numbers: told.append(json.loads((tmp_path / "memory.json").read_text())["sent"])
    writer = tracked(tmp_path, tracker, [])
    writer.write({"step": 7, "elbo": 1.0})
    writer.close()
    assert told == [{"elbo": 7}]  # noted before it was sent


def test_no_step_waits_for_a_slow_tracker_and_what_is_dropped_is_told(tmp_path):
    tracker, warned, busy, go = StandIn(), [], threading.Event(), threading.Event()
    keep = tracker.log

    def log(step, numbers):
        busy.set()
        assert go.wait(30)
        keep(step, numbers)

    tracker.log = log
    writer = tracked(tmp_path, tracker, warned, waiting=3)
    writer.write({"step": 1, "elbo": 0.0})
    assert busy.wait(30)
    for step in range(2, 12):  # returns at once: three wait, seven are dropped
        writer.write({"step": step, "elbo": 0.0})
    go.set()
    writer.close()
    assert [step for step, _, _ in tracker.points] == [1, 2, 3, 4]
    assert warned == ["standin was too slow: 7 of 11 entries not sent, metrics.jsonl has them"]


def test_a_tracker_that_hangs_is_left_behind(tmp_path):
    tracker, warned, go = StandIn(), [], threading.Event()
    tracker.log = lambda step, numbers: go.wait(30)
    writer = tracked(tmp_path, tracker, warned, waiting=1, patience=0.05)
    for step in (1, 2):
        writer.write({"step": step, "elbo": 0.0})
    writer.close()
    go.set()
    assert warned == ["standin was too slow: 2 of 2 entries not sent, metrics.jsonl has them"]


def test_a_tracker_that_fails_stops_no_training(tmp_path):
    tracker, warned = StandIn(), []

    def log(step, numbers):
        if step < 3:
            raise ConnectionError(f"no network\nat step {step}")
        tracker.points.append(step)

    tracker.log = log
    writer = tracked(tmp_path, tracker, warned)
    for step in (1, 2, 3):
        writer.write({"step": step, "elbo": 0.0})
    writer.close()
    assert tracker.points == [3]
    assert warned == [
        "standin failed 2 times, metrics.jsonl has all numbers; the first: no network at step 1"
    ]  # fmt: skip


def test_an_unknown_tracker_and_one_that_is_not_installed_are_told(monkeypatch):
    with pytest.raises(SwnError, match="there is no tracker 'wandbd': did you mean 'wandb'"):
        trackers.check(["wandbd"])
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(SwnError, match="--tracker=mlflow needs the package mlflow, .*: `pip install mlflow`"):
        trackers.check(["mlflow"])


@pytest.fixture
def workdir(tmp_path):
    folder = tmp_path / "own_run"
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps({"dataset": "synthetic_speech", "model": {"width": 8}, "steps": 9}))
    return folder


@pytest.fixture
def standin(monkeypatch):
    """In place of Weights & Biases; what its runs are made of is kept."""
    made, tracker = [], StandIn()

    def make(facts):
        made.append(facts)
        return tracker

    monkeypatch.setattr(trackers, "check", lambda names: None)
    monkeypatch.setattr(trackers, "class_of", lambda name: make)
    return made, tracker


def test_a_run_keeps_its_identity_and_sends_its_config(workdir, standin):
    for project, name in (("swn_jax", ""), ("elsewhere", "other")):
        for writer in trackers.opened(["wandb"], workdir, project, name, print):
            writer.close()
    (first, second), _ = standin
    assert (first.project, first.name, first.identity, first.folder) == ("swn_jax", "own_run", None, workdir)
    assert first.parameters.items() >= {"dataset": "synthetic_speech", "model.width": 8, "steps": 9}.items()
    assert (second.project, second.identity) == ("swn_jax", "abc")


def test_a_result_is_sent_by_its_split(workdir, standin):
    result = {"split": "test", "step": 9, "elbo": 1.5, "kl_by_layer": [0.5], "command": "evaluate", "reported": True}
    trackers.send_result(["wandb"], workdir, "swn_jax", result)
    _, tracker = standin
    assert tracker.points == [(9, {"test/elbo": 1.5, "test/kl_by_layer/0": 0.5})]
    assert tracker.closed


def test_what_a_library_refuses_is_one_sentence(workdir, monkeypatch, standin):
    def refuse(facts):
        raise RuntimeError("no key:\nlog in")

    monkeypatch.setattr(trackers, "class_of", lambda name: refuse)
    with pytest.raises(SwnError, match="wandb does not open the run: no key: log in: .* or leave --tracker=wandb out"):
        trackers.opened(["wandb"], workdir, "swn_jax", "", print)


def points_of_mlflow(folder, identity):
    import mlflow

    client = mlflow.MlflowClient()
    found = [(m.step, m.key, m.value) for name in ("elbo", "kl/0", "test/elbo")
             for m in client.get_metric_history(identity, name)]  # fmt: skip
    shown = [item.path for item in client.list_artifacts(identity, "examples/step_2")]
    run = client.get_run(identity)
    assert run.data.params["model.width"] == "8"
    assert run.data.tags["steps"] == "12"  # changed on the way
    assert run.info.run_name == "own_run"
    return found, [path.rsplit("/", 1)[1] for path in shown]


def points_of_trackio(folder, identity):
    rows = sqlite3.connect(folder / "trackio" / "swn_jax.db").execute("select run_name, step, metrics from metrics")
    points = [(step, name, value) for run, step, text in rows.fetchall() for name, value in json.loads(text).items()
              if run == identity]  # fmt: skip
    shown = [name.rsplit("/", 1)[1] for _, name, value in points if isinstance(value, dict)]
    return [point for point in points if not isinstance(point[2], dict)], shown


def points_of_wandb(folder, identity):
    from wandb.proto.wandb_internal_pb2 import Record

    points, shown = [], []
    for path in sorted((folder / "own_run" / "wandb").glob(f"offline-run-*-{identity}*/*.wandb")):
        for record in map(Record.FromString, chunks(path.read_bytes())):
            items = {"/".join(i.nested_key) or i.key: json.loads(i.value_json) for i in record.history.item}
            step = items.pop("step", None)
            shown += [name.split("/")[1] for name in items if name.endswith("/_type")]
            points += [(step, name, value) for name, value in items.items() if not name.startswith(("_", "examples/"))]
            told = {i.key or i.nested_key[0]: json.loads(i.value_json) for i in record.summary.update}
            points += [(9, name, value) for name, value in told.items() if name == "test/elbo"]
    return points, shown


def chunks(raw):
    """The records of a log of LevelDB: a head of 7 bytes, then blocks of 32 KiB; a record may span several."""
    at, record = 7, b""
    while at + 7 <= len(raw):
        length, kind = struct.unpack("<HB", raw[at + 4 : at + 7])
        if kind == 0 or at % 32768 > 32768 - 7:  # the rest of a block is padding
            at += 32768 - at % 32768
            continue
        record, at = record + raw[at + 7 : at + 7 + length], at + 7 + length
        if kind in (1, 4):  # whole, or its last part
            yield record
            record = b""


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # of the libraries, which are not ours to mend
@pytest.mark.parametrize("name", trackers.TRACKERS)
def test_a_resumed_run_in_files_of_the_tracker(name, workdir, tmp_path, monkeypatch):
    monkeypatch.setenv("WANDB_MODE", "offline")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path}/mlflow.db")
    monkeypatch.setenv("TRACKIO_DIR", f"{tmp_path}/trackio")  # read by the import
    pytest.importorskip(name, reason=f"{name} is an extra of its own: pip install {name}")
    picture, sound = tmp_path / "0.png", tmp_path / "0.wav"
    draw(picture, sound)
    warned = []
    for steps in ((1, 2, 3), (2, 3, 4)):
        (writer,) = trackers.opened([name], workdir, "swn_jax", "", warned.append)
        for step in steps:
            writer.write({"step": step, "elbo": float(step), "kl": [0.5]})
            if step == 2:
                writer.show(step, [picture, sound])
        writer.close()
        (workdir / "config.json").write_text((workdir / "config.json").read_text().replace('"steps": 9', '"steps": 12'))
    trackers.send_result([name], workdir, "swn_jax", {"split": "test", "step": 9, "elbo": 5.5})
    assert warned == []
    points, shown = globals()[f"points_of_{name}"](tmp_path, Memory(workdir / f"tracker_{name}.json").identity)
    wanted = [(step, *each) for step in (1, 2, 3, 4) for each in (("elbo", float(step)), ("kl/0", 0.5))]
    assert sorted(points) == sorted([*wanted, (9, "test/elbo", 5.5)])
    assert sorted(shown) == ["0.png", "0.wav"]


def draw(picture, sound):
    import numpy as np
    import soundfile
    from PIL import Image

    Image.fromarray(np.zeros((4, 6, 3), np.uint8)).save(picture)
    soundfile.write(str(sound), np.zeros(80, np.int16), 8000)
