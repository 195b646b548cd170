"""Launches, products and collectives, of recorded programs and of some that a CPU compiles."""

import functools

import jax
import jax.numpy as jnp
import numpy as np
from hlo_texts import GPU
from jax import lax
from jax.sharding import Mesh
from jax.sharding import PartitionSpec as P

from swn_jax.studies.compiled.counts import counts

A = np.ones((64, 64), np.float32)


def of_cpu(function, *args):
    return counts(jax.jit(function).lower(*args).compile().as_text())


def test_a_recorded_step_by_part():
    found = counts(GPU)
    assert {key: found[key] for key in ("launches", "forward", "backward", "rest", "products")} == {
        "launches": 123, "forward": 120, "backward": 1, "rest": 2, "products": 41,
    }  # fmt: skip
    assert (found["collectives"], found["collective_mib"]) == ("1 all-reduce", 4 * 2 * 4 / 2**20)


def test_products_in_a_loop_of_a_cpu_and_their_gradients():
    def loss(w):
        return lax.scan(lambda c, _: (jnp.tanh(c @ w), None), A, length=6)[0].sum()

    assert of_cpu(loss, A)["products"] == 6
    found = of_cpu(jax.grad(loss), A)
    assert found["products"] == 18  # the last gradient, of the first value, is computed too
    assert found["backward"] >= 12
    assert "collectives" not in found


def test_collectives_between_four_devices():
    mesh = Mesh(np.array(jax.devices()), "data")

    @functools.partial(jax.shard_map, mesh=mesh, in_specs=P("data"), out_specs=P())
    def gathered(a):
        return lax.psum(a, "data")

    found = of_cpu(gathered, A)
    assert (found["collectives"], found["collective_mib"]) == ("1 all-reduce", 16 * 64 * 4 / 2**20)


def test_bytes_are_at_least_those_of_arguments_and_results():
    found = of_cpu(lambda a: a + 1.0, A)
    assert found["gigabytes"] == 2 * A.nbytes * 1e-9
