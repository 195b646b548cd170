"""The history tells what was computed again: from the step that a start goes on from to the one reached before."""

import json

from swn_jax.runs.history import HISTORY, note_start


def test_steps_done_again_are_counted_over_all_starts(tmp_path):
    assert note_start(tmp_path, 0, {}) == 0
    (tmp_path / "metrics.jsonl").write_text('{"step": 7, "loss": 1.0}\n{"step": 9, "loss": 1.0}\n{"step": 10, "lo')
    assert note_start(tmp_path, 4, {}) == 5
    with (tmp_path / HISTORY).open("a") as file:
        file.write('{"step": 8, "jax": "of before this was kept"}\n{"step": 3, "reac\n')
    assert note_start(tmp_path, 8, {}) == 6
    assert note_start(tmp_path, 12, {}) == 6
    kept = (tmp_path / HISTORY).read_text().splitlines()
    assert [(line["step"], line["reached"]) for line in map(json.loads, kept[:2])] == [(0, 0), (4, 9)]
