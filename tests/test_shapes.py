"""Annotated shapes are checked in every test."""

import jax
import jax.numpy as jnp
import pytest
from jaxtyping import TypeCheckError

from swn_jax import anneal, build, elbo, gaussian
from swn_jax.layers.dense import Dense
from swn_jax.models.base import assemble
from swn_jax.ops.time import delay, shifted
from swn_jax.train.noise import noise_of


@pytest.mark.parametrize(
    "call",
    [
        lambda: delay(jnp.zeros((2, 3)), 1),
        lambda: delay(jnp.zeros((2, 3, 4), jnp.int32), 1),
        lambda: shifted(jnp.zeros((2, 3, 4)), jnp.zeros((2, 5))),
        lambda: noise_of(jax.random.key(0), 0, jnp.zeros((2, 2), jnp.int32), 3, 4),
        lambda: anneal.linear("10"),
        lambda: Dense("4"),
        lambda: build("swavenet", "3"),
        lambda: elbo((), jnp.zeros((2, 3))),
        lambda: assemble(3, (), gaussian(), init=0, run=print, carry=print, step=print),
    ],
    ids=["rank", "dtype", "width", "rows", "argument", "field", "builder", "record", "function"],
)
def test_a_wrong_argument_is_refused(call):
    with pytest.raises(TypeCheckError):
        call()


def test_no_silent_broadcasting():
    with pytest.raises(ValueError, match="numpy_rank_promotion"):
        jnp.zeros((2, 3)) + jnp.zeros(3)


def test_there_are_four_devices():
    assert jax.local_device_count("cpu") == 4
