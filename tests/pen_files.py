"""Small files of every format, written by hand, and what breaks them."""

import os
import re
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from swn_jax.errors import SwnError

ODD = [b"nan", b"inf", b"1e400", b"-1", b"1e308", b"99999999999999999999", b"1e8", b"", b"x", b"'1", b'"', b"0x1"]
NUMBER = re.compile(rb"-?\d+(?:\.\d+)?")


@st.composite
def mutated(draw, valid: bytes):
    """`valid` with one to four ranges deleted, inserted, replaced or doubled, cut short, or a number made absurd."""
    data = valid
    for _ in range(draw(st.integers(1, 4))):
        a, b = sorted((draw(st.integers(0, len(data))), draw(st.integers(0, len(data)))))
        numbers = list(NUMBER.finditer(data))
        kind = draw(st.sampled_from(["delete", "insert", "replace", "double", "cut", "number", "number"]))
        if kind == "number" and numbers:
            a, b = draw(st.sampled_from(numbers)).span()
            data = data[:a] + draw(st.sampled_from(ODD)) + data[b:]
            continue
        middle = {"delete": b"", "double": 2 * data[a:b], "cut": b"", "number": data[a:b]}.get(kind)
        if middle is None:
            middle = draw(st.binary(max_size=12))
        data = data[:a] + middle + (b"" if kind == "cut" else data[a if kind == "insert" else b :])
    return data


def _tried(read, file):
    """The blocks that `read` returns, or what its SwnError says."""
    try:
        return [block for each in read(file) for block in each], ""
    except SwnError as error:
        return [], str(error)


@pytest.fixture
def survives(tmp_path):
    """Checks that a reader returns points or raises SwnError, in time and space, for any damage to a valid file."""

    def run(valid: bytes, read, name: str) -> None:
        file = tmp_path / name

        @settings(max_examples=200, deadline=2000, derandomize=True, database=None)
        @given(mutated(valid))
        def check(data):
            file.write_bytes(data)
            tracemalloc.start()
            blocks, said = _tried(read, file)
            _, peak = tracemalloc.get_traced_memory()
            tracemalloc.stop()
            assert peak < 2**24
            assert not said or str(file) in said
            for block in blocks:
                assert block.dtype == np.float32
                assert block.shape == (len(block), 3)
                assert len(block) >= 2
                assert np.isfinite(block).all()
                assert set(block[:, 0].tolist()) <= {0.0, 1.0}
                assert block[-1, 0] == 1

        check()

    return run


@pytest.fixture(scope="session")
def handwriting():
    """The folder of the real pen trajectories."""
    folder = Path(os.environ.get("SWN_DATA", "")) / "handwriting"
    if "SWN_DATA" not in os.environ or not folder.is_dir():
        pytest.skip("SWN_DATA names no folder with handwriting, the real pen trajectories")
    return folder
