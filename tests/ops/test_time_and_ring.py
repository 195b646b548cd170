"""Movement along time, in parallel and by rings, against slices of numpy."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from swn_jax.ops.ring import push, push_all, ring
from swn_jax.ops.time import advance, delay, shifted

X = np.random.default_rng(0).normal(size=(2, 9, 3)).astype(np.float32)


@pytest.mark.parametrize("frames", [0, 1, 2, 5, 8, 9, 13])
def test_delay_and_advance_are_shifts_with_zeros(frames):
    kept = max(0, 9 - frames)
    late, early = np.zeros_like(X), np.zeros_like(X)
    late[:, 9 - kept :] = X[:, :kept]
    early[:, :kept] = X[:, 9 - kept :]
    np.testing.assert_array_equal(delay(jnp.asarray(X), frames), late)
    np.testing.assert_array_equal(advance(jnp.asarray(X), frames), early)


def test_the_inputs_are_the_frames_one_later():
    before = jnp.full((2, 3), 7.0)
    u = np.asarray(shifted(jnp.asarray(X), before))
    np.testing.assert_array_equal(u[:, 0], before)
    np.testing.assert_array_equal(u[:, 1:], X[:, :-1])


@pytest.mark.parametrize("frames", [0, 1, 2, 3, 4, 7, 8, 9, 16])
def test_a_ring_is_a_delay_frame_by_frame(frames):
    def frame(carry, now):
        t, buffer = carry
        buffer, past = push(buffer, now, t)
        return (t + 1, buffer), past

    start = jnp.zeros((), jnp.int32), ring(jnp.asarray(X), frames, 3)
    assert start[1].shape == (frames + 1, 2, 3)
    _, past = jax.lax.scan(frame, start, jnp.moveaxis(jnp.asarray(X), 1, 0))
    np.testing.assert_array_equal(jnp.moveaxis(past, 0, 1), delay(jnp.asarray(X), frames))


@pytest.mark.parametrize("frames", [1, 2, 5])
@pytest.mark.parametrize("first", [0, 3, 9])
def test_frames_are_pushed_at_once_as_one_by_one(frames, first):
    """In two parts: a ring that others go on from holds each frame where a single push would have put it."""
    x, buffer, late = jnp.asarray(X), ring(jnp.asarray(X[:, 0]), frames, 3), []
    for t in range(9):
        buffer, past = push(buffer, x[:, t], jnp.asarray(t))
        late.append(past)
    half, before = push_all(None, x[:, :first], 0, frames)
    found, after = push_all(half, x[:, first:], jnp.asarray(first), frames)
    np.testing.assert_array_equal(found, buffer)
    np.testing.assert_array_equal(jnp.concatenate([before, after], axis=1), np.stack(late, axis=1))


def test_a_ring_has_the_precision_of_its_rows():
    assert ring(jnp.ones((1, 1), jnp.bfloat16), 1, 1).dtype == jnp.bfloat16
    with jax.enable_x64(True):
        assert ring(jnp.ones((1, 1)), 1, 1).dtype == jnp.float64
