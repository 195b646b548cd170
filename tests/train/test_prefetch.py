"""Batches come in order, once each, and waiting is measured."""

import time

import pytest

from swn_jax.train.prefetch import Prefetch


def test_batches_come_in_order_and_end():
    asked = []
    data = Prefetch(lambda step: asked.append(step) or step, 3, 6)
    assert [data.next() for _ in range(3)] == [3, 4, 5]
    data.close()
    assert asked == [3, 4, 5]


def test_waiting_is_counted():
    data = Prefetch(lambda step: time.sleep(0.1), 0, 2)
    data.next()
    assert data.waited > 0.05
    time.sleep(0.3)
    before = data.waited
    data.next()
    assert data.waited - before < 0.05
    data.close()


def test_an_error_reaches_the_caller():
    data = Prefetch(lambda step: 1 // 0, 0, 1)
    with pytest.raises(ZeroDivisionError):
        data.next()
    data.close()
