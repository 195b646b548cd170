import numpy as np
import pytest

from swn_jax.data.signal import Signal
from swn_jax.data.windows import Windows, windows
from swn_jax.errors import SwnError

WIDTH = 3 * 200  # frames=3 below


def joined(prepared, split="train"):
    return np.concatenate(list(prepared.split(split))).astype(np.float64)


def flat(batch):
    """Each row as one stretch of the signal, the frame before in front."""
    return np.concatenate([batch.before[:, None], batch.x], axis=1).reshape(len(batch.x), -1)


def epoch(made, seed, number):
    steps = range(number * made.steps_per_epoch, (number + 1) * made.steps_per_epoch)
    return np.concatenate([flat(made.batch_at(seed, step)) for step in steps])


def starts(prepared, rows, split="train"):
    """Where in the signal each row lies, by comparing every sample; fails where it lies nowhere or twice."""
    signal = (joined(prepared, split) - prepared.shift) / prepared.scale
    at = []
    for row in rows:
        heads = np.flatnonzero(np.abs(signal[: len(signal) - len(row) + 1] - row[0]) < 1e-5)
        at.append([i for i in heads if np.abs(signal[i : i + len(row)] - row).max() < 1e-5])
    assert all(len(each) == 1 for each in at)
    return np.concatenate(at)


@pytest.mark.parametrize("shift", [True, False])
def test_an_epoch_covers_every_window_once(small, shift):
    made = windows(small, frames=3, batch=1, shift=shift)
    for number in range(3):
        at = np.sort(starts(small, epoch(made, 5, number)))
        assert np.all(np.diff(at) == WIDTH)
        assert 0 <= at[0] < (WIDTH if shift else 1)
        rest = len(joined(small)) - (at[-1] + 200 + WIDTH)
        assert 0 <= rest < (2 * WIDTH if shift else WIDTH)


def test_without_shift_it_is_the_classic_framing(small):
    made = windows(small, frames=3, batch=1, shift=False)
    signal = joined(small)
    frames = small.scaled(signal)[: len(signal) // 200 * 200].reshape(-1, 200)
    count = (len(frames) - 1) // 3
    want = [frames[3 * i : 3 * i + 4].ravel() for i in range(count)]  # the last three are targets
    got = epoch(made, 0, 0)
    assert len(got) == count == made.steps_per_epoch
    order = [int(np.argmin(np.abs(np.asarray(want) - row).sum(axis=1))) for row in got]
    np.testing.assert_allclose(got, np.asarray(want)[order], atol=1e-6)
    assert sorted(order) == list(range(count))


def test_shapes_and_types(small):
    batch = windows(small, frames=3, batch=4).batch_at(0, 0)
    assert [part.shape for part in batch[:3]] == [(4, 3, 200), (4, 3), (4, 200)]
    assert batch.condition is None
    assert {part.dtype for part in batch[:3]} == {np.dtype(np.float32)}
    assert np.all(batch.mask == 1)


def test_a_pure_function_of_seed_and_step(small):
    one, other = (windows(small, frames=3, batch=4) for _ in range(2))
    last = 3 * one.steps_per_epoch - 1
    for step in (last, 0, 1, last):
        for a, b in zip(one.batch_at(7, step), other.batch_at(7, step), strict=True):
            np.testing.assert_array_equal(a, b)
    assert not np.array_equal(one.batch_at(7, 0).x, one.batch_at(8, 0).x)
    assert not np.array_equal(one.batch_at(7, 0).x, one.batch_at(7, 1).x)


def test_every_epoch_has_its_own_order_and_offset(small):
    made = windows(small, frames=3, batch=1)
    at = [starts(small, epoch(made, 1, number)) for number in range(4)]
    assert len({each.min() for each in at}) == 4
    assert len({tuple(np.argsort(each)) for each in at}) == 4


def test_order_is_the_same_on_every_machine(small):
    made = windows(small, frames=3, batch=1, shift=False)
    assert (starts(small, epoch(made, 3, 0)) // WIDTH)[:6].tolist() == [19, 3, 8, 6, 0, 15]


@pytest.mark.parametrize(
    ("size", "count"), [(200 + WIDTH - 1, 0), (200 + WIDTH, 1), (3 * WIDTH + 199, 2), (3 * WIDTH + 200, 3)]
)
def test_a_window_needs_the_frame_before_it(small, size, count):
    signal = Signal(lambda _: np.zeros(size, np.int16), [size])
    split = small.split("train")
    vars(split)["signal"] = signal
    made = Windows(small, split, frames=3, batch=1, shift=False)
    assert made.count == count
    assert [made.batch_at(0, step).x.shape for step in range(count)] == [(1, 3, 200)] * count


def test_the_last_batch_is_dropped(small):
    made = windows(small, frames=3, batch=5)
    assert made.count % 5
    assert made.steps_per_epoch == made.count // 5
    assert len(epoch(made, 0, 0)) == 5 * made.steps_per_epoch


def test_other_splits_are_standardised_by_the_training_split(small):
    made = windows(small, "test", frames=3, batch=1, shift=False)
    at = starts(small, epoch(made, 0, 0), "test")
    assert sorted(at) == list(range(0, WIDTH * made.count, WIDTH))


def test_bad_arguments(small):
    with pytest.raises(SwnError, match="no split of timit/listed 'trian': did you mean 'train'"):
        windows(small, "trian")
    with pytest.raises(SwnError, match=r"found \d+ windows of 3 frames, wanted 100 or more: take a batch of"):
        windows(small, frames=3, batch=100)
    with pytest.raises(SwnError, match="found 0 windows .*: take a smaller sequence_length"):
        windows(small, frames=1000, batch=1)
    with pytest.raises(SwnError, match="found frames=0 and batch=32"):
        windows(small, frames=0)
    with pytest.raises(SwnError, match="found seed=-1 and step=0"):
        windows(small, frames=3, batch=1).batch_at(-1, 0)
