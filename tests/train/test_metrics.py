"""The writers: nothing is lost, nothing is doubled."""

import json

from swn_jax.train.metrics import JsonLines, TensorBoard


def test_lines_after_the_checkpoint_and_cut_lines_are_dropped_on_resuming(tmp_path):
    path = tmp_path / "metrics.jsonl"
    path.write_text('{"step": 1, "loss": 2.0}\n{"step": 2, "loss": 1.0}\n{"step": 3, "lo')
    writer = JsonLines(path, step=1)
    writer.write({"step": 2, "loss": 5.0})
    writer.close()
    assert [json.loads(line) for line in path.read_text().splitlines()] == [
        {"step": 1, "loss": 2.0},
        {"step": 2, "loss": 5.0},
    ]


def test_tensorboard_reads_back_what_was_written(tmp_path):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator  # slow: loaded when used

    writer = TensorBoard(tmp_path, step=0)
    writer.write({"step": 3, "loss": 2.5, "kl_by_layer": [1.0, 4.0]})
    writer.close()
    events = EventAccumulator(str(tmp_path)).Reload()
    assert sorted(events.Tags()["scalars"]) == ["kl_by_layer/0", "kl_by_layer/1", "loss"]
    assert [(e.step, e.value) for e in events.Scalars("kl_by_layer/1")] == [(3, 4.0)]
