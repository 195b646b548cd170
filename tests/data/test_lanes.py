"""Batches of consecutive windows, on lines that tell by their frames which line and place they are of."""

import dataclasses
from itertools import pairwise

import jax
import numpy as np
import pytest
from made_lines import LENGTHS, lines

from swn_jax.data import lanes as module
from swn_jax.data.lanes import lanes
from swn_jax.data.text import Text
from swn_jax.errors import SwnError

T, B, M, A = 20, 4, 3, 7


@pytest.fixture(scope="module", params=[(0, 1), (1, 0)], ids=["ink", "motion"])
def made(request, tmp_path_factory):
    return lines(tmp_path_factory.mktemp("lines"), *request.param)


def lanes_of(made, **changes):
    return lanes(made, **{"frames": T, "batch": B, "memory": M, "ahead": A, **changes})


def walked(data, seed, number=0):
    """Of each lane in an epoch: line and place of every frame predicted, and at which of them it begins anew."""
    found = [[] for _ in range(data.batch)]
    for step in range(number * data.steps_per_epoch, (number + 1) * data.steps_per_epoch):
        batch = data.batch_at(seed, step)
        for lane, x, mask, begins in zip(found, batch.x, batch.mask, batch.begins, strict=True):
            frames = (2 * x[mask > 0]).round().astype(int) - 1
            lane += [(int(line), int(at), bool(begins) and i == 0) for i, (line, at) in enumerate(frames)]
    return found


def test_each_frame_is_predicted_once_in_an_epoch(made):
    given, data = made.corpus.domain.given, lanes_of(made)
    every = {(line, at) for line, n in enumerate(LENGTHS) for at in range(given, n)}
    for seed, number in ((0, 0), (0, 1), (5, 0)):
        found = [(line, at) for lane in walked(data, seed, number) for line, at, _ in lane]
        assert len(found) == len(every)
        assert set(found) == every


def test_a_lane_goes_on_where_it_was_and_else_begins_anew(made):
    given = made.corpus.domain.given
    for lane in walked(lanes_of(made), 3):
        assert lane[0][2]
        for (line, at, _), (next_line, next_at, begins) in pairwise(lane):
            assert (next_line, next_at, begins) == (line, at + 1, False) or (
                at + 1 == LENGTHS[line] and next_at == given and begins
            )


def test_the_order_is_of_seed_and_epoch(made):
    one, other = lanes_of(made), lanes_of(made)
    assert walked(one, 0) == walked(other, 0)
    assert len({str(walked(one, seed, number)) for seed in (0, 1) for number in (0, 1)}) == 4
    for a, b in zip(*(jax.tree.leaves(data.batch_at(2, 4)) for data in (one, other)), strict=True):
        np.testing.assert_array_equal(a, b)


def test_what_lies_before_and_after_a_window_is_given(made):
    data = lanes_of(made)
    for step in range(data.steps_per_epoch):
        batch = data.batch_at(0, step)
        assert (batch.x.shape, batch.past.shape, batch.following.x.shape) == ((B, T, 2), (B, M, 2), (B, A, 2))
        assert batch.x.dtype == batch.past.dtype == batch.mask.dtype == np.float32
        np.testing.assert_array_equal(batch.before, batch.past[:, -1])
        mask = np.concatenate([batch.mask, batch.following.mask], axis=1)
        frames = 2 * np.concatenate([batch.past, batch.x, batch.following.x], axis=1)
        for own, real in zip(frames, mask, strict=True):
            if not real.any():
                assert not own.any()
                continue
            line, first = own[M].round().astype(int)
            places = first + np.arange(-M, T + A)  # counted from 1
            there = (places >= 1) & (places <= LENGTHS[line - 1])
            np.testing.assert_allclose(own, np.stack([np.full(len(places), line), places], 1) * there[:, None])
            np.testing.assert_array_equal(real, there[M:])


def test_no_step_is_empty_and_lanes_share_the_windows_evenly(made):
    data = lanes_of(made, batch=5)
    real = [data.batch_at(1, step).mask.any(1) for step in range(data.steps_per_epoch)]
    assert all(each.all() for each in real[:-1])
    assert real[-1].any()
    total = sum(n - made.corpus.domain.given for n in LENGTHS)
    np.testing.assert_allclose(data.real, total / (len(real) * 5 * T))


def test_without_a_lookahead_nothing_follows(made):
    assert lanes_of(made, ahead=0).batch_at(0, 0).following is None


def test_one_recording_fills_all_lanes(made, monkeypatch):
    whole = module.consecutive
    monkeypatch.setattr(module, "consecutive", lambda split, frames: whole(split, frames)[4:9])  # of the line of 100
    found = walked(lanes_of(made), 0)
    assert sorted({line for lane in found for line, *_ in lane}) == [3]
    assert all(lane[0][2] for lane in found)


def test_bad_input_is_refused(made):
    with pytest.raises(SwnError, match="found frames=0 and batch=4, wanted 1 or more"):
        lanes_of(made, frames=0)
    with pytest.raises(SwnError, match="windows of 99 frames, wanted 30 or more, one for each lane: take a batch of"):
        lanes_of(made, frames=99, batch=30)
    longest = 100 - made.corpus.domain.given
    with pytest.raises(SwnError, match=f"recordings of {longest} frames at most, wanted one longer than a window"):
        lanes_of(made, frames=longest)
    with pytest.raises(SwnError, match="found seed=-1 and step=0, wanted 0 or more"):
        lanes_of(made).batch_at(-1, 0)
    with pytest.raises(SwnError, match="carried=True with condition=text"):
        lanes_of(dataclasses.replace(made, condition=Text(("a",), 3)))
