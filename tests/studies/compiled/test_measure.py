"""What a program takes of its target, with compilers of which the memory is known."""

from types import SimpleNamespace

import jax
import pytest

from swn_jax.studies.compiled import measure
from swn_jax.studies.compiled.measure import floors, largest
from swn_jax.studies.compiled.programs import Program
from swn_jax.studies.compiled.targets import target_of

H100 = target_of("h100")
GIB = 2**30


def compiled(size, state, each):
    plan = SimpleNamespace(
        temp_size_in_bytes=each * size, argument_size_in_bytes=state, output_size_in_bytes=state,
        alias_size_in_bytes=state,
    )  # fmt: skip
    return SimpleNamespace(memory_analysis=lambda: plan)


def search(monkeypatch, each, own=32, refused=None, devices=1):
    """The largest batch of a program whose sequences take so many bytes; and those that were compiled for it."""
    tried = []

    def compile_for(program, size, target, devices):
        tried.append(size)
        return None if refused and size >= refused else compiled(size, GIB, each)

    monkeypatch.setattr(measure, "compile_for", compile_for)
    program = Program("step", {}, own, lambda size, devices: None, lambda size: 0.0)
    first = None if refused and own >= refused else compiled(own, GIB, each)
    return largest(program, H100, jax.devices()[:devices], first), tried


def test_the_largest_doubling_that_fits_is_guessed_and_compiled(monkeypatch):
    room = H100.memory() - GIB
    assert search(monkeypatch, each=room / 1000) == (512, [512])
    assert search(monkeypatch, each=room / 1024.5) == (1024, [1024])
    assert search(monkeypatch, each=room / 40) == (32, [])


def test_a_batch_too_large_is_halved(monkeypatch):
    room = H100.memory() - GIB
    assert search(monkeypatch, each=room / 9) == (8, [8])
    assert search(monkeypatch, each=room / 1000, refused=32) == (16, [16])
    assert search(monkeypatch, each=room / 3, devices=4) == (0, [])
    assert search(monkeypatch, each=1.0)[0] == measure.MOST


@pytest.mark.parametrize(("dtype", "rate"), [("bfloat16", 989), ("float32", 495)])
def test_the_time_that_published_rates_allow(dtype, rate):
    found = floors({"tflop": 2.0, "gigabytes": 6.7}, H100, dtype)
    assert found["arithmetic_ms"] == pytest.approx(1e3 * 2 / rate)
    assert found["memory_ms"] == pytest.approx(2.0, rel=1e-3)
