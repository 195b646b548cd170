"""Where the time goes: every second of a training is in one kind of phase, and compiling is none of the others."""

import json

import jax
import jax.numpy as jnp
import pytest
import runs

from swn_jax.train.phases import Phases, timed


def test_seconds_are_shared_out_and_like_phases_have_a_usual_length():
    clock = [0.0]
    phases = Phases(lambda: clock[0])
    for kind, key, seconds in (
        ("steps", 7, 1.0),
        ("data", 0, 2.0),
        ("steps", 7, 5.0),
        ("steps", 9, 4.0),
        ("data", 0, 2.0),
    ):
        clock[0] += seconds  # of the phase before
        phases.switch(kind, key)
    clock[0] += 6.0
    phases.switch("steps", 7)
    assert phases.usual() == pytest.approx(3.0)  # of 2 and 4
    phases.switch("steps", 8)
    assert phases.usual() is None
    phases.repeated = 5
    assert phases.shares(15) == pytest.approx({
        "time_saving": 1 / 20, "time_steps": 8 / 20, "time_data": 11 / 20, "time_evaluation": 0.0,
        "time_compiling": 0.0, "repeated": 0.25,
    })  # fmt: skip


def test_compiling_is_counted_apart_while_the_context_lasts():
    with timed() as phases:
        phases.switch("steps", 1)
        jax.jit(lambda a: a * 3.25 + 1)(jnp.ones(3))
        phases.switch("data")
        compiling = phases.seconds["compiling"]
        assert compiling > 0
        assert phases.lengths["steps", 1][0] == pytest.approx(phases.seconds["steps"])
    jax.jit(lambda a: a * 3.25 + 2)(jnp.ones(3))
    phases.switch("data")
    assert phases.seconds["compiling"] == compiling


def test_a_run_tells_its_shares_in_each_line_and_at_its_end(tmp_path):
    ended = runs.run(tmp_path, started=lambda step: 4)
    records = [json.loads(line) for line in (tmp_path / "metrics.jsonl").read_text().splitlines()]
    logged = [record for record in records if "loss" in record]
    assert len(logged) == runs.STEPS
    for shares in (*logged, ended.spent):
        assert sum(share for name, share in shares.items() if name.startswith("time_")) == pytest.approx(1.0)
    assert all(ended.spent[f"time_{kind}"] > 0 for kind in ("steps", "data", "evaluation", "saving"))
    assert [record["repeated"] for record in logged] == [4 / (4 + step) for step in range(1, runs.STEPS + 1)]
