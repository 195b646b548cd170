"""Times are per call, and measuring takes about the time it is given."""

import time

import pytest

from swn_jax.studies.benchmark.timing import seconds_per_call


def test_short_calls_follow_one_another():
    calls = []

    def call():
        calls.append(time.perf_counter())
        time.sleep(0.002)

    taken = seconds_per_call(call, 0.1)
    assert 0.002 <= taken < 0.02
    assert 7 <= len(calls) <= 2 + 50


def test_a_call_that_takes_all_the_time_is_made_twice():
    calls = []
    assert seconds_per_call(lambda: calls.append(time.sleep(0.05)), 0.01) == pytest.approx(0.05, rel=1)
    assert len(calls) == 2
