"""WaveNet a second time in numpy, frame by frame, its size at the published settings, its choices."""

import functools

import jax
import jax.numpy as jnp
import numpy as np
import plain
import pytest
from alone import alone

from swn_jax.dists.likelihood import mixture
from swn_jax.errors import SwnError
from swn_jax.models import build
from swn_jax.models.wavenet import wavenet
from swn_jax.types import Batch

FRAME, ROWS, FRAMES = 3, 2, 9


def single(tree):
    return jax.tree.map(lambda a: jnp.asarray(a, jnp.float32), tree)


# the equations of the docstring, in numpy, one row and one frame after the other


def normed(p, stats, x):
    if p is None:
        return x
    if stats:
        p, stats = p["BatchNorm_0"], stats["BatchNorm_0"]
        return (x - stats["mean"]) / np.sqrt(stats["var"] + 1e-5) * p["scale"] + p["bias"]
    p = p["LayerNorm_0"]
    return (x - x.mean()) / np.sqrt(x.var() + 1e-6) * p["scale"] + p["bias"]


def in_numpy(variables, row, before, *, dilations, gate, residual):
    """log p of every frame of one row."""
    p, stats = variables["params"], variables.get("batch_stats", {})
    inputs = [[] for _ in dilations]  # d below each layer, by frame
    log_px, u = [], before
    for t, x in enumerate(row):
        d = plain.relu(plain.dense(p["embed"], u))
        skips = plain.dense(p["skip"], d)
        for l, dilation in enumerate(dilations):
            q, s = p[f"layers_{l}"], stats.get(f"layers_{l}", {}).get("gated", {})
            inputs[l].append(d)
            past = inputs[l][t - dilation] if t >= dilation else np.zeros_like(d)
            f, g = np.split(plain.dense(q["gated"]["taps"], np.concatenate([past, d])), 2)
            f, g = (normed(q["gated"].get(n), s.get(n), a) for n, a in (("norm_f", f), ("norm_g", g)))
            k = plain.dense(q["skip"], np.tanh(f) * (g if gate == "linear" else plain.sigmoid(g)))
            d = k + (d if residual == "identity" else plain.dense(q["residual"], d))
            skips = skips + k
        out = plain.relu(plain.dense(p["emission"], plain.relu(skips)))
        log_px.append(plain.log_px(plain.head(p["head"], out), x))
        u = x
    return np.array(log_px)


VARIANTS = {
    "default": (dict(layers=3), (1, 2, 4)),
    "blocks": (dict(layers=2, blocks=2, residual="identity", norm="none"), (1, 2, 1, 2)),
    "released": (dict(layers=2, gate="linear", norm="batch"), (1, 2)),
}


@pytest.mark.parametrize(("fields", "dilations"), VARIANTS.values(), ids=VARIANTS)
def test_the_model_is_its_equations(fields, dilations):
    model = wavenet(FRAME, width=5, **fields)
    rng = np.random.default_rng(5)
    mask = (np.arange(FRAMES) < np.array([[FRAMES], [6]])).astype(np.float64)
    batch = Batch(rng.normal(size=(ROWS, FRAMES, FRAME)), mask, rng.normal(size=(ROWS, FRAME)))
    noise = np.zeros((ROWS, FRAMES, 0))
    variables = plain.scattered(model.init)
    one = functools.partial(
        in_numpy, variables, dilations=dilations, gate=fields.get("gate"), residual=fields.get("residual")
    )
    expected = np.stack([one(*row) for row in zip(batch.x, batch.before, strict=True)])
    run = jax.jit(model.terms)
    terms, _ = run(*single((variables, batch, noise)))
    np.testing.assert_allclose(np.asarray(terms.log_px)[mask > 0], expected[mask > 0], rtol=1e-5, atol=1e-4)
    with jax.enable_x64(True):
        terms, _ = run(*jax.tree.map(jnp.asarray, (variables, batch, noise)))
        np.testing.assert_allclose(np.asarray(terms.log_px)[mask > 0], expected[mask > 0], rtol=1e-10, atol=1e-10)


def test_there_is_nothing_latent():
    model = wavenet(FRAME, layers=1, width=4)
    batch = Batch(jnp.ones((2, 3, FRAME)), jnp.ones((2, 3)), jnp.zeros((2, FRAME)))
    terms, _ = model.terms(model.init(jax.random.key(0)), batch, jnp.zeros((2, 3, 0)))
    assert model.latents == ()
    assert terms.kl.shape == terms.log_ratio.shape == terms.aux.shape == (2, 3, 0)


@pytest.mark.parametrize(("width", "parameters"), [(512, 14_921_440), (1024, 47_132_384)])
def test_the_number_of_parameters_is_that_of_the_released_code(width, parameters):
    assert plain.count(wavenet(200, width=width, norm="none", likelihood=mixture(20))) == parameters


@pytest.mark.parametrize(
    ("fields", "units"),
    [(dict(), 4), (dict(blocks=3), 12), (dict(residual="identity"), 4), (dict(norm="none"), 4)],
    ids=["default", "blocks", "identity", "none"],
)
def test_the_number_of_parameters(fields, units):
    a = plain.affine
    norm, maps = fields.get("norm") != "none", 1 + (fields.get("residual") != "identity")
    unit = a(14, 14) + maps * a(7, 7) + 4 * 7 * norm
    total = a(3, 7) + 3 * a(7, 7) + a(7, 6) + units * unit
    assert plain.count(wavenet(3, layers=4, width=7, **fields)) == total


def test_training_starts_at_unit_scale():
    """With fresh weights log p(x) is near that of the standard normal, for a deep stack too."""
    model = wavenet(20, layers=3, blocks=4, width=16)
    x = jnp.asarray(np.random.default_rng(0).normal(size=(4, 8, 20)).astype(np.float32))
    batch = Batch(x, jnp.ones((4, 8)), jnp.zeros((4, 20)))
    terms, _ = jax.jit(model.terms)(model.init(jax.random.key(0)), batch, jnp.zeros((4, 8, 0)))
    np.testing.assert_allclose(terms.log_px, -0.5 * np.asarray(x**2).sum(-1) - 10 * np.log(2 * np.pi), rtol=0.1)


def test_a_mixture_as_the_density():
    """The contract's bridge for the head of the published baseline: stepped and parallel runs agree."""
    model = wavenet(FRAME, layers=2, width=5, likelihood=mixture(4))
    rng = np.random.default_rng(1)
    x = jnp.asarray(rng.normal(size=(ROWS, FRAMES, FRAME)), jnp.float32)
    batch = Batch(x, jnp.ones((ROWS, FRAMES)), jnp.zeros((ROWS, FRAME)))
    variables = single(plain.scattered(model.init))
    parallel = jax.jit(model.terms)(variables, batch, jnp.zeros((ROWS, FRAMES, 0)))[0].log_px
    carry, u, step = model.carry(batch.before), batch.before, jax.jit(model.step)
    for t in range(FRAMES):
        carry, params = step(variables, carry, u, jnp.zeros((ROWS, 0)))
        u = x[:, t]
        np.testing.assert_allclose(alone(model.likelihood).log_prob(params, u), parallel[:, t], rtol=1e-4)


def test_recomputing_layers_changes_no_gradient():
    batch = Batch(jnp.ones((1, 5, 2)), jnp.ones((1, 5)), jnp.zeros((1, 2)))
    grads = []
    for remat in (False, True):
        model = wavenet(2, layers=1, width=4, remat=remat)
        variables = single(plain.scattered(model.init))

        def loss(variables, model=model):
            return model.terms(variables, batch, jnp.zeros((1, 5, 0)), train=True)[0].log_px.sum()

        traced = jax.jit(jax.grad(loss)).trace(variables)
        assert ("remat" in str(traced.jaxpr)) is remat
        grads.append(traced.lower().compile()(variables))
    jax.tree.map(lambda a, b: np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-4), *grads)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (dict(layers=0), "layers=0: wanted 1 or more"),
        (dict(blocks=0), "blocks=0: wanted 1 or more"),
        (dict(width=-3), "width=-3: wanted 1 or more"),
        (dict(gate="sigmod"), "did you mean 'sigmoid'"),
        (dict(norm="layers"), "did you mean 'layer'"),
        (dict(residual="liner"), "did you mean 'linear'"),
        (dict(dtype="float16"), "there is no dtype 'float16'"),
        (dict(latent=3), "there is no field of wavenet 'latent'"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_what_makes_no_model(fields, message):
    with pytest.raises(SwnError, match=message):
        build("wavenet", 3, **fields)
