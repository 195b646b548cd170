"""The writers: nothing is lost, nothing is doubled."""

from swn_jax.sealed import opened
from swn_jax.train.metrics import JsonLines, TensorBoard, last_step


def test_lines_after_the_checkpoint_and_cut_lines_are_dropped_on_resuming(tmp_path):
    path = tmp_path / "metrics.jsonl"
    path.write_text('{"step": 1, "loss": 2.0}\n{"step": 2, "loss": 1.0}\n{"step": 3, "lo')
    writer = JsonLines(path, step=1)
    writer.write({"step": 2, "loss": 5.0})
    writer.close()
    assert writer.damaged == 0  # a kill cuts the last line
    assert [opened(line) for line in path.read_text().splitlines()] == [
        {"step": 1, "loss": 2.0},
        {"step": 2, "loss": 5.0},
    ]


def test_damaged_lines_are_dropped_and_counted(tmp_path):
    path = tmp_path / "metrics.jsonl"
    writer = JsonLines(path, step=0)
    for step in range(1, 6):
        writer.write({"step": step, "loss": 0.5})
    writer.close()
    lines = path.read_bytes().splitlines(keepends=True)
    harmed = [lines[0], lines[1].replace(b"0.5", b"0.7"), b"\xff\x00{[[\n", lines[3].replace(b"4", b"9", 1), lines[4]]
    path.write_bytes(b"".join(harmed))
    assert last_step(path) == 5
    writer = JsonLines(path, step=9)
    writer.close()
    assert writer.damaged == 3
    assert path.read_bytes() == lines[0] + lines[4]


def test_tensorboard_reads_back_what_was_written(tmp_path):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator  # slow: loaded when used

    writer = TensorBoard(tmp_path, step=0)
    writer.write({"step": 3, "loss": 2.5, "kl_by_layer": [1.0, 4.0]})
    writer.close()
    events = EventAccumulator(str(tmp_path)).Reload()
    assert sorted(events.Tags()["scalars"]) == ["kl_by_layer/0", "kl_by_layer/1", "loss"]
    assert [(e.step, e.value) for e in events.Scalars("kl_by_layer/1")] == [(3, 4.0)]
