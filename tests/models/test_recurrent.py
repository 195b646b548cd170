"""What the recurrent models share beyond the contract: their start, narrow products, sampling, their loops."""

import jax
import jax.numpy as jnp
import numpy as np
import plain
import pytest
from kept import kept

from swn_jax.models import build
from swn_jax.sampling import generate
from swn_jax.types import Batch

SIZES = {
    "lstm": dict(width=16, cells=12),
    "storn": dict(width=16, cells=12, latent=3),
    "vrnn": dict(depth=2, width=16, cells=12, latent=3),
    "srnn": dict(width=16, cells=12, latent=3),
    "zforcing": dict(width=16, cells=12, latent=3),
}
EACH = pytest.mark.parametrize("name", SIZES)


@kept
def fresh(name):
    """A model with its first weights, frames and noise."""
    model = build(name, 20, **SIZES[name])
    rng = np.random.default_rng(0)
    x, noise = rng.normal(size=(4, 8, 20)), rng.normal(size=(4, 8, sum(model.latents)))
    batch = Batch(jnp.asarray(x, jnp.float32), jnp.ones((4, 8)), jnp.zeros((4, 20)))
    return model, model.init(jax.random.key(0)), batch, jnp.asarray(noise, jnp.float32)


def products(jaxpr, inside=False):
    """Of each matrix product in a program and the programs within: whether it stands in a loop, and its operands."""
    found = []
    for equation in jaxpr.eqns:
        if equation.primitive.name == "dot_general":
            found.append((inside, {str(operand.aval.dtype) for operand in equation.invars}))
        for part in jax.tree.leaves(list(equation.params.values()), is_leaf=lambda p: hasattr(p, "eqns")):
            part = getattr(part, "jaxpr", part)
            if hasattr(part, "eqns"):
                found += products(part, inside or equation.primitive.name == "scan")
    return found


@EACH
def test_training_starts_at_the_prior_and_at_unit_scale(name):
    model, variables, batch, noise = fresh(name)
    terms, _ = jax.jit(model.terms)(variables, batch, noise)
    assert np.asarray(terms.kl).max(initial=0) < 0.01
    standard = plain.log_normal(np.asarray(batch.x), 0.0, 0.0).sum(-1)
    np.testing.assert_allclose(terms.log_px, standard, rtol=0.05)


@EACH
def test_narrow_products_stay_near_the_wide_ones(name):
    model, variables, batch, noise = fresh(name)
    narrow = build(name, 20, **SIZES[name], dtype="bfloat16")
    a, b = (jax.jit(m.terms)(variables, batch, noise)[0] for m in (model, narrow))
    assert b.log_px.dtype == jnp.float32
    found = products(jax.make_jaxpr(narrow.terms)(variables, batch, noise).jaxpr)
    assert all(operands == {"bfloat16"} for _, operands in found)
    np.testing.assert_allclose(a.log_px, b.log_px, rtol=0.01)
    np.testing.assert_allclose(a.kl, b.kl, atol=2e-3)


@EACH
def test_sequences_are_drawn_frame_by_frame(name):
    model, variables, _, _ = fresh(name)
    x = generate(model, variables, jax.random.key(1), 50, before=jnp.zeros((2, 20)))
    assert x.shape == (2, 50, 20)
    assert 0.8 < np.std(x) < 1.2


@pytest.mark.parametrize(
    ("name", "outside", "inside"),
    [
        ("lstm", 2 + 1 + 1 + 2, 1),  # embedding, the cell's input, emission, head | the state
        ("storn", 2 + 1 + 2 + 1 + 2, 2),  # r_0, the input of r, posterior, the input of h, head | the two states
        ("vrnn", 2 + 1 + 3 + 3, 1 + 3 + 2),  # phi_x, the cell's input, prior, emission | state, posterior, phi_z
        (
            "srnn",
            4 + 2 + 2 + 3,
            2 + 2 + 2,
        ),  # e twice, d and a, of d and of a for z, emission | d and a, prior, posterior
        ("zforcing", 2 + 2 + 1 + 1 + 2, 1 + 2 + 2 + 2),  # e, inputs, b for z, head, aux | b, prior, posterior, z and h
    ],
)
def test_the_loop_holds_only_what_the_next_state_waits_for(name, outside, inside):
    model, variables, batch, noise = fresh(name)
    found = [in_loop for in_loop, _ in products(jax.make_jaxpr(model.terms)(variables, batch, noise).jaxpr)]
    assert (found.count(False), found.count(True)) == (outside, inside)
