"""Which checkpoints are written and kept, by steps and by the clock; the bits of a run do not depend on it."""

import runs

from swn_jax.train.checkpoint import steps_in
from swn_jax.train.logging import Saving
from swn_jax.train.saving import SaveClock


def test_it_is_time_by_steps_or_by_minutes():
    now = [100.0]
    clock = SaveClock(Saving(every=3, minutes=2.0, keep_every=5), lambda: now[0])
    assert [number for number in range(1, 11) if clock.due(number)] == [3, 5, 6, 9, 10]
    now[0] += 119.0
    assert not clock.due(1)
    now[0] += 1.0
    assert clock.due(1)
    clock.restart()
    assert not clock.due(1)
    assert not any(SaveClock(Saving(), lambda: now[0]).due(number) for number in range(1, 99))


def test_a_run_keeps_what_its_policy_says_and_its_bits(tmp_path):
    plain = runs.run(tmp_path / "plain")
    own = runs.run(tmp_path / "own", saving=Saving(every=3, keep=3, keep_every=5))
    assert sorted(steps_in(tmp_path / "plain" / "checkpoints")) == [8, 12]
    assert sorted(steps_in(tmp_path / "own" / "checkpoints")) == [5, 9, 10, 12]
    assert runs.bits(own.state) == runs.bits(plain.state)


def test_minutes_bring_checkpoints(tmp_path):
    runs.run(tmp_path, saving=Saving(minutes=1e-9, keep=99))
    assert sorted(steps_in(tmp_path / "checkpoints")) == list(range(1, runs.STEPS + 1))
