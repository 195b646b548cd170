"""Arguments of a model are what they are said to be: no shape is broadcast, and no number is too large."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from small import FRAME, FRAMES, ROWS, SIZES, made, some

import swn_jax
from swn_jax.errors import SwnError

MODELS = pytest.mark.parametrize("name", SIZES)


def wrong(model):
    """Arguments of a parallel run, each of which jax would broadcast or cut: with what is found and wanted."""
    batch, noise = some(model)
    numbers = noise.shape[-1]
    for name, bad, wanted in [
        ("noise", jnp.zeros((ROWS, FRAMES, numbers + 3)), [ROWS, FRAMES, numbers]),
        ("noise", jnp.zeros((1, FRAMES, numbers)), [ROWS, FRAMES, numbers]),
        ("noise", jnp.zeros((FRAMES, numbers)), [ROWS, FRAMES, numbers]),
        ("x", batch.x[..., :1], ["B", "T", FRAME]),
        ("mask", batch.mask[:1], [ROWS, FRAMES]),
        ("mask", batch.mask[:, :1], [ROWS, FRAMES]),
        ("before", batch.before[:1], [ROWS, FRAME]),
        ("before", batch.before[:, :1], [ROWS, FRAME]),
    ]:
        told = f"{name}: found shape {list(bad.shape)}, wanted [{', '.join(map(str, wanted))}]"
        yield told, (batch, bad) if name == "noise" else (batch._replace(**{name: bad}), noise)


def refused(call, told):
    with pytest.raises(SwnError) as error:
        call()
    assert str(error.value).startswith(told)


@MODELS
def test_nothing_is_broadcast_in_a_parallel_run(name):
    model, variables = made(name)
    for told, arguments in wrong(model):
        refused(lambda a=arguments: jax.eval_shape(model.terms, variables, *a), told)
        refused(lambda a=arguments: jax.eval_shape(model.trace, variables, *a), told)
    batch, noise = some(model)
    refused(lambda: model.terms(variables, batch, noise, read=batch.x[:1]), "read: found shape [1, 3, 2], wanted [4,")


@MODELS
def test_nothing_is_broadcast_in_a_step(name):
    model, variables = made(name)
    batch, noise = some(model)
    carry, u, e = model.carry(batch.before), batch.before, noise[:, 0]
    refused(lambda: model.step(variables, carry, u[:, :1], e), "x_prev: found shape [4, 1], wanted [B, 2]")
    refused(lambda: model.step(variables, carry, u, e[:1]), f"noise: found shape [1, {e.shape[1]}], wanted [4, ")
    refused(lambda: model.step(variables, carry, u, jnp.zeros((4, 9))), "noise: found shape [4, 9], wanted [4, ")
    refused(lambda: model.step(variables, carry, u[:1], e[:1]), "carry: found shapes ")
    refused(lambda: model.carry(jnp.zeros(())), "before: found shape [], wanted [B, 2]")
    refused(
        lambda: swn_jax.generate(model, variables, jax.random.key(0), 2, before=u[:, :1]), "before: found shape [4, 1]"
    )


def test_networks_that_read_features_check_the_frames_themselves():
    model = swn_jax.build("lstm", 16, inputs="features", **SIZES["lstm"])
    batch = swn_jax.Batch(jnp.zeros((2, 3, 20)), jnp.ones((2, 3)), jnp.zeros((2, 16)))
    refused(lambda: model.terms({}, batch, jnp.zeros((2, 3, 0))), "x: found shape [2, 3, 20], wanted [B, T, 16]")


def test_two_ends_of_an_interpolation_are_of_one_shape():
    model, variables = made("swavenet")
    a, b = some(model)[0], some(model, rows=1)[0]
    run = lambda b: swn_jax.interpolate(model, variables, jax.random.key(0), a, b, jnp.zeros(2))  # noqa: E731
    refused(lambda: run(b), "b: found shape [1, 3, 2], wanted [4, 3, 2]")
    refused(lambda: run(a._replace(before=b.before)), "b.before: found shape [1, 2], wanted [4, 2]")


@MODELS
def test_numbers_of_any_size_have_a_finite_bound(name):
    """And finite gradients: beyond 1e10 deviations a frame is as unlikely as there."""
    model, variables = made(name)
    batch, noise = some(model)
    size = jnp.array([1e12, 1e25, 3e38, 1e30])[:, None]
    batch = batch._replace(x=jnp.sign(batch.x) * size[..., None], before=jnp.sign(batch.before) * size)

    def bound(variables, batch):
        bounds = swn_jax.elbo(model.terms(variables, batch, noise)[0], batch.mask)
        return bounds.sum(), bounds

    @jax.jit
    def everything(variables, batch):
        slope, bounds = jax.grad(bound, has_aux=True)(variables, batch)
        return bounds, slope, swn_jax.continue_(model, variables, jax.random.key(0), batch.x, 2, before=batch.before)

    found = everything(variables, batch)
    assert (found[0] < -1e15).all()
    assert all(np.isfinite(leaf).all() for leaf in jax.tree.leaves(found))
