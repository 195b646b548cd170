"""The recorder: each step's numbers once, a step late, and only the due ones."""

from types import SimpleNamespace

import numpy as np
import pytest

from swn_jax.errors import SwnError
from swn_jax.train.logging import Intervals, PendingStep, Recorder
from swn_jax.train.phases import Phases
from swn_jax.train.prefetch import Prefetch


def recorder(every=2, max_bad=2):
    written = []
    sink = SimpleNamespace(write=written.append, close=lambda: None)
    data = Prefetch(lambda step: step, 0, 1)
    data.close()
    return Recorder([sink], data, lambda step: 10.0 + step, Intervals(9, every, 9, max_bad), Phases()), written


def taken(number, bad=0):
    return PendingStep(number, {"in_a_row": np.int32(bad), "loss": np.float32(number), "kl": np.ones(2)}, frames=7)


def test_numbers_are_fetched_a_step_late_and_when_due():
    made, written = recorder()
    made.on_step(taken(1))
    made.on_step(taken(2))
    assert written == []
    made.on_step(taken(3))
    assert [(r["step"], r["loss"], r["kl"], r["rate"]) for r in written] == [(2, 2.0, [1.0, 1.0], 11.0)]
    made.on_step(taken(4))
    made.flush()
    made.flush()
    assert [r["step"] for r in written] == [2, 4]
    assert written[1]["frames_per_second"] > 0
    assert (written[1]["time_steps"], written[1]["repeated"]) == (0.0, 0.0)


def test_bad_updates_in_a_row_end_the_run():
    made, _ = recorder()
    made.on_step(taken(1, bad=1))
    made.on_step(taken(2, bad=2))
    with pytest.raises(SwnError, match="step 2: .* 2 updates in a row"):
        made.flush()
