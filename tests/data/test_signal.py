import numpy as np
import pytest

from swn_jax.data.signal import Signal

PARTS = [np.arange(n, dtype=np.int16) + 100 * i for i, n in enumerate((5, 1, 7, 2, 9))]
JOINED = np.concatenate(PARTS)


@pytest.mark.parametrize("memory", [0, 2**20])
def test_every_stretch(memory):
    signal = Signal(PARTS.__getitem__, [len(part) for part in PARTS], memory=memory)
    assert signal.size == len(JOINED)
    for start in range(len(JOINED)):
        for stop in range(start + 1, len(JOINED) + 1):
            np.testing.assert_array_equal(signal.read(start, stop), JOINED[start:stop])


def test_rows_may_be_wide():
    wide = [np.outer(part, [1, 10]).astype(np.float32) for part in PARTS]
    signal = Signal(wide.__getitem__, [len(part) for part in PARTS], row_bytes=8)
    np.testing.assert_array_equal(signal.read(3, 14), np.concatenate(wide)[3:14])


def test_reads_what_it_touches_and_keeps_it():
    read = []

    def chunk(number):
        read.append(number)
        return PARTS[number]

    signal = Signal(chunk, [len(part) for part in PARTS])
    signal.read(5, 8)
    assert read == [1, 2]
    signal.read(6, 14)
    assert read == [1, 2, 3]


def test_forgets_beyond_its_memory():
    read = []
    parts = [np.full(1000, i, np.int16) for i in range(12)]
    signal = Signal(lambda i: read.append(i) or parts[i], [1000] * 12, memory=6 * 2001)
    for _ in range(2):
        for start in range(0, 12000, 1000):
            signal.read(start, start + 1000)
    assert read == [*range(12), *range(12)]
