"""Durations in steps and epochs."""

import pytest

from swn_jax.errors import SwnError
from swn_jax.train.duration import in_steps


@pytest.mark.parametrize(
    ("written", "steps"),
    [(12, 12), ("12", 12), ("12 steps", 12), ("1 epoch", 30), ("0.5 epochs", 15), (" 2 epochs", 60)],
)
def test_durations(written, steps):
    assert in_steps(written, 30) == steps


@pytest.mark.parametrize("written", ["", "epochs", "3 weeks", "-1", "1e3", -1])
def test_what_is_no_duration_is_refused(written):
    with pytest.raises(SwnError, match="wanted a number of steps"):
        in_steps(written, 30)
