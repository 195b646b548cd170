import numpy as np
import pytest

from swn_jax.data.examples import examples, longest
from swn_jax.errors import SwnError


def frames(small):
    """Predicted frames of each recording: all but the given first."""
    return [n // 200 - 1 for n in small.split("train").lengths]


def test_examples_are_the_beginnings_of_recordings(small):
    length = min(frames(small))
    signals = list(small.split("train"))
    found, starts = examples(small, "train", len(signals), length)
    assert starts == [None] * len(signals)
    assert found.mask.all()
    for x, before, signal in zip(found.x, found.before, signals, strict=True):
        want = ((signal[: 200 * (length + 1)].astype(float) - small.shift) / small.scale).reshape(-1, 200)
        np.testing.assert_allclose(np.concatenate([before[None], x]), want, atol=1e-6)


def test_only_recordings_that_are_long_enough_are_taken(small):
    lengths = sorted(frames(small), reverse=True)
    assert [longest(small, "train", count) for count in (1, 3, len(lengths), 99)] == [
        lengths[0], lengths[2], lengths[-1], lengths[-1],
    ]  # fmt: skip
    assert examples(small, "train", 2, lengths[1]).batch.x.shape == (2, lengths[1], 200)
    with pytest.raises(
        SwnError, match=f"found 0 recordings of {lengths[0] + 1} frames, wanted 2: ask for --frames={lengths[1]}"
    ):
        examples(small, "train", 2, lengths[0] + 1)
