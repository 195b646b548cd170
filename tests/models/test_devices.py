"""Models on four devices: under `shard_map` with its checks, and on meshes whose axes are explicit."""

import functools

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.sharding import AxisType, NamedSharding
from jax.sharding import PartitionSpec as P
from kept import kept
from small import SIZES, made, some

import swn_jax
from swn_jax.dists.likelihood import likelihood, linear_prediction, samplewise, source_filter

CASES = {
    **{name: (name, {}) for name in SIZES},
    "lstm:narrow": ("lstm", dict(dtype="bfloat16")), "swavenet:batch": ("swavenet", dict(norm="batch")),
    "lstm:linear_prediction": ("lstm", dict(likelihood=linear_prediction(order=3))),
    **{
        f"lstm:{name}": ("lstm", dict(likelihood=likelihood(name, **size), frame=3 if name == "pen" else 2))
        for name, size in (
            ("mixture", dict(components=2)), ("logistic_mixture", dict(components=2)), ("low_rank", dict(rank=2)),
            ("pen", dict(components=2)), ("increments", dict()),
        )
    },
    "lstm:mulaw": ("lstm", dict(likelihood=likelihood("logistic_mixture", components=2, encoding="mulaw8"))),
    "lstm:samplewise": (
        "lstm",
        dict(likelihood=samplewise(order=2, history=6, pitch=0, block=2, window=3, units=4, components=2)),
    ),
    "lstm:source_filter": (
        "lstm",
        dict(likelihood=source_filter(
            order=2, gains=1, history=6, pitch=0, block=2, window=3, units=4, components=2
        )),
    ),
}  # fmt: skip
EXPLICIT, AUTO = AxisType.Explicit, AxisType.Auto


def gradient(model, variables, batch, noise):
    """The bound of a batch and its gradient."""

    def bound(variables):
        return swn_jax.elbo(model.terms(variables, batch, noise)[0], batch.mask).sum()

    return jax.value_and_grad(bound)(variables)


def drawn(model, variables, before, key):
    return swn_jax.generate(model, variables, key, 2, before=before)


def close(a, b):
    """To single precision at the scale of the largest number."""
    jax.tree.map(lambda a, b: np.testing.assert_allclose(a, b, atol=2e-4 * (1 + np.abs(b).max())), a, b)


@kept
def alone(case):
    """A model, its arguments, and its gradient and samples on one device."""
    model, variables = made(CASES[case][0], **CASES[case][1])
    given = some(model)
    samples = jax.jit(functools.partial(drawn, model))(variables, given[0].before, jax.random.key(0))
    return model, variables, given, jax.jit(functools.partial(gradient, model))(variables, *given), samples


@pytest.mark.parametrize("case", CASES)
def test_rows_are_shared_out_by_shard_map(case):
    model, variables, given, expected, _ = alone(case)
    mesh = jax.make_mesh((4,), ("data",))
    given = jax.device_put(given, NamedSharding(mesh, P("data")))
    variables = jax.device_put(variables, NamedSharding(mesh, P()))

    @jax.jit
    @functools.partial(jax.shard_map, mesh=mesh, in_specs=(P(), P("data")), out_specs=(P(), P("data")))
    def run(variables, given):
        value, slope = gradient(model, variables, *given)  # that of the shared variables is summed by jax
        key = jax.random.fold_in(jax.random.key(0), jax.lax.axis_index("data"))
        sound = drawn(model, variables, jnp.zeros((1, model.frame)), key)  # a start of constants
        return (jax.lax.psum(value, "data"), slope), sound

    found, sound = run(variables, given)
    close(found, expected)
    assert sound.shape == (4, 2, model.frame)
    assert len(np.unique(sound[:, 0, -1])) == 4


@pytest.mark.parametrize("axes", [(EXPLICIT, EXPLICIT), (EXPLICIT, AUTO)], ids=["explicit", "auto"])
@pytest.mark.parametrize("case", CASES)
def test_rows_and_weights_are_split_over_a_mesh(case, axes):
    """Rows over two devices, the columns of the weights over two; placed as they are, results are those of one."""
    model, variables, given, expected, samples = alone(case)
    mesh = jax.make_mesh((2, 2), ("data", "model"), axis_types=axes)

    def columns(a):
        return NamedSharding(mesh, P(*(None,) * (a.ndim - 1), "model" if a.shape[-1] % 2 == 0 else None))

    with jax.set_mesh(mesh):
        given = jax.device_put(given, NamedSharding(mesh, P("data")))
        variables = jax.device_put(variables, jax.tree.map(columns, variables))
        close(jax.jit(functools.partial(gradient, model))(variables, *given), expected)
        close(jax.jit(functools.partial(drawn, model))(variables, given[0].before, jax.random.key(0)), samples)
