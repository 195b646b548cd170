"""Rows compile side by side and are measured alone, within the time, whether others fail or not."""

import threading
import time

import pytest

from swn_jax.studies.benchmark import waves
from swn_jax.studies.benchmark.row import Row
from swn_jax.studies.benchmark.waves import Clock, measured


@pytest.fixture(autouse=True)
def four_cores(monkeypatch):
    monkeypatch.setattr(waves, "cores", lambda: 4)


def row(name, prepare, rank=0):
    return Row("step", {"preset": name}, prepare, rank)


def names(found):
    return [row.labels["preset"] for row, _ in found]


def test_two_compile_at_once_and_then_each_is_measured():
    meet, events = threading.Barrier(2, timeout=10), []

    def case(name):
        def prepare():
            meet.wait()
            events.append("compiled")
            return lambda: events.append(name) or {"ms": 1.0}

        return row(name, prepare)

    found = list(measured([case(name) for name in "abcd"], Clock(1.0)))
    assert events == ["compiled", "compiled", "a", "b", "compiled", "compiled", "c", "d"]
    assert [numbers for _, numbers in found] == [{"ms": 1.0}] * 4


def test_what_is_worth_most_comes_first():
    rows = [row("late", lambda: dict, 2), row("first", lambda: dict), row("second", lambda: dict, 1)]
    assert names(measured(rows, Clock(1.0))) == ["first", "second", "late"]


def test_a_row_that_fails_says_why_and_the_others_go_on():
    def not_compiled():
        raise ValueError("no such program\nand a long story")

    def out_of_memory():
        raise MemoryError

    rows = [row("a", not_compiled), row("b", lambda: out_of_memory), row("c", lambda: lambda: {"ms": 2.0})]
    found = [numbers for _, numbers in measured(rows, Clock(1.0))]
    assert found == [{"error": "ValueError: no such program"}, {"error": "MemoryError: "}, {"ms": 2.0}]


def test_nothing_is_begun_that_the_time_does_not_suffice_for():
    def slow():
        time.sleep(0.4)
        return lambda: {"ms": 3.0}

    found = list(measured([row(name, slow) for name in "abcdef"], Clock(0.6 / 60)))
    assert names(found) == list("abcdef")
    assert [list(numbers) for _, numbers in found] == [["ms"]] * 2 + [["skipped"]] * 4
