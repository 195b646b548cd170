"""Windows that go on from others, over several devices and for several seeds: each row has its own carry."""

import functools

import jax
import numpy as np
import optax
import pytest
import runs
from jax.sharding import Mesh
from small import SIZES

import swn_jax
from swn_jax.anneal import constant
from swn_jax.train.parallel import AXIS, compile_step
from swn_jax.train.replicas import join, join_batches, replicated, split
from swn_jax.train.sharded import compile_sharded_step, shard_state
from swn_jax.train.state import init_state
from swn_jax.train.step import make_train_step
from swn_jax.types import Batch

T = 3


def rows_of(parts, count):
    """Batches of `count` rows that go on for as many steps, each row beginning at another step."""
    model = runs.parts()[0]
    for number in range(parts):
        rng = np.random.default_rng(number)
        x = rng.normal(size=(count, T + 2, model.frame)).astype(np.float32)
        begins = (np.arange(count) + number) % 3 == 0
        mask = np.ones((count, 2), np.float32)
        own = x[:, :T], np.ones((count, T), np.float32), x[:, 0]
        yield Batch(*own, past=x[:, :1], following=Batch(x[:, T:], mask, x[:, T]), begins=begins)


def trained(step, state):
    for batch in rows_of(4, 8):
        state, metrics = step(state, batch)
    return state.params.tree(), state.lanes, metrics


@pytest.mark.parametrize("name", ["swavenet", pytest.param("srnn", marks=pytest.mark.slow)])
def test_four_devices_train_as_one(name):
    model, tx, anneal = swn_jax.build(name, runs.FRAME, **SIZES[name]), optax.sgd(1e-2), constant()
    make, mesh = functools.partial(make_train_step, model, tx, anneal), Mesh(np.array(jax.devices()), (AXIS,))
    one, *others = (
        trained(step, place(init_state(model, tx, anneal, 0, lanes=8)))
        for step, place in (
            (compile_step(make, jax.devices()[:1]), lambda state: state),
            (compile_step(make, jax.devices()), lambda state: state),
            (compile_sharded_step(make, mesh), lambda state: shard_state(state, mesh)),
        )
    )
    for other in others:
        jax.tree.map(functools.partial(np.testing.assert_allclose, rtol=1e-4, atol=1e-5), one, other)


def test_replicas_go_on_from_carries_of_their_own():
    model, tx, anneal = swn_jax.build("lstm", runs.FRAME, **SIZES["lstm"]), optax.sgd(1e-2), constant()
    make = functools.partial(make_train_step, model, tx, anneal)
    states = [init_state(model, tx, anneal, seed, lanes=4) for seed in (0, 1)]
    together, single = jax.jit(replicated(make(None))), jax.jit(make(None))
    joined, alone = join(states), list(states)
    for batch in rows_of(3, 4):
        joined, _ = together(joined, join_batches([batch, batch]))
        alone = [single(state, batch)[0] for state in alone]
    for one, other in zip(split(joined, 2), alone, strict=True):
        jax.tree.map(functools.partial(np.testing.assert_allclose, rtol=1e-4, atol=1e-5), one.lanes, other.lanes)
