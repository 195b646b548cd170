"""A state that is shared out over a mesh trains to the same numbers."""

import functools

import jax
import numpy as np
import pytest
import runs
from jax.sharding import AxisType, Mesh
from kept import kept

from swn_jax.errors import SwnError
from swn_jax.train.parallel import copy_state
from swn_jax.train.sharded import compile_sharded_step, lowered_sharded_step, shard_state
from swn_jax.train.state import variables_of
from swn_jax.train.step import make_train_step

MAKE = functools.partial(make_train_step, *runs.parts())
FOUR = Mesh(np.array(jax.devices()), "data")
TWO_AXES = jax.make_mesh((2, 2), ("rows", "copies"), axis_types=(AxisType.Explicit,) * 2)


def trained(step, state, steps=20):
    for number in range(steps):
        state, metrics = step(state, runs.batch_at(number))
        metrics = jax.device_get(metrics)  # as training does: programs that exchange do not pile up
    return state, metrics


@kept
def on_one():
    state, metrics = trained(runs.compiled(1), copy_state(runs.first()))
    return jax.device_get(variables_of(state)), metrics


@pytest.mark.parametrize(("mesh", "axis"), [(FOUR, "data"), (TWO_AXES, "rows")], ids=["four", "two_by_two"])
def test_a_shared_out_state_agrees_with_one_device_after_twenty_steps(mesh, axis):
    state, metrics = trained(compile_sharded_step(MAKE, mesh, axis), shard_state(runs.first(), mesh, axis))
    parts = mesh.shape[axis]
    for flat in (state.params, state.opt[2][0].mu, state.opt[2][0].nu):
        rows = len(flat.matrices)
        assert {shard.data.shape[0] for shard in flat.matrices.addressable_shards} == {rows // parts}
    of_one, metrics_1 = on_one()
    for a, b in zip(jax.tree.leaves(of_one), jax.tree.leaves(jax.device_get(variables_of(state))), strict=True):
        assert np.linalg.norm(a - b) <= 1e-5 * np.linalg.norm(a)
    for name, value in metrics_1.items():
        np.testing.assert_allclose(metrics[name], value, rtol=1e-4, atol=1e-6, err_msg=name)


def test_each_device_gets_less_than_half_of_what_one_alone_holds():
    state, batch = jax.eval_shape(runs.first), jax.eval_shape(lambda: jax.tree.map(jax.numpy.asarray, runs.batch_at(0)))
    shared = lowered_sharded_step(MAKE, FOUR, state, batch).compile().memory_analysis().argument_size_in_bytes
    alone = sum(a.size * 4 for a in jax.tree.leaves((state.params, state.opt)))
    assert shared < alone / 2


def test_meshes_and_batches_that_do_not_fit_say_so():
    with pytest.raises(SwnError, match=r"axes \('rows', 'copies'\), wanted one named 'data': pass axis="):
        shard_state(runs.first(), TWO_AXES)
    step = compile_sharded_step(MAKE, Mesh(np.array(jax.devices()[:3]), "data"))
    with pytest.raises(SwnError, match="4 rows does not split over 3 devices"):
        step(runs.first(), runs.batch_at(0))
