"""Z-forcing a second time in numpy, frame by frame, what its posterior and its further cost see, its size."""

import jax
import jax.numpy as jnp
import numpy as np
import optax
import plain
import pytest

from swn_jax.errors import SwnError
from swn_jax.models import build
from swn_jax.models.zforcing import zforcing
from swn_jax.types import Batch

SMALL = dict(width=5, cells=4, latent=2)
VARIANTS = [dict(), dict(cond_ln=True), dict(aux=False), dict(cond_ln=True, aux=False)]


def clipped(x):
    return np.clip(np.where(x > 0, x, x / 3), -3, 3)


def standardised(x):
    return (x - x.mean()) / np.sqrt(x.var() + 1e-6)


def move(p, state, u, z):
    """(h, c) of the next frame."""
    if "embed_z" in p:
        return plain.lstm(p["cell"], state, u, plain.dense(p["embed_z"], z))
    h, c = state
    gain, bias = np.split(np.clip(plain.head(p["modulation"], z), -3, 3), 2)
    of_u = standardised(plain.dense(p["cell"]["inputs"], u)) * p["norm_e"]["scale"] + p["norm_e"]["bias"]
    i, f, g, o = np.split(of_u + (1 + gain) * standardised(h @ p["cell"]["recurrent"]) + bias, 4)
    c = plain.sigmoid(f + 1) * c + plain.sigmoid(i) * np.tanh(g)
    return plain.sigmoid(o) * np.tanh(c), c


def in_numpy(p, x, before, noise, infer):
    embedded = [plain.dense(p["embed"], u) for u in (before, *x)]
    back, state = [], plain.zeros(4)
    for e_t in embedded[:0:-1]:
        state = plain.lstm(p["backward"], state, e_t)
        back.insert(0, state[0])
    state = plain.zeros(4)
    for x_t, u, b, e in zip(x, embedded, back, noise, strict=False):
        h = state[0]
        prior = plain.gauss(plain.head(p["p"]["Head_0"], h))
        known = clipped(plain.dense(p["q"]["known"], b) + h @ p["q"]["inner"])
        z, kl, ratio = plain.drawn(plain.gauss(plain.dense(p["q"]["head"], known)) if infer else prior, prior, e)
        aux = np.zeros(int("predict" in p))
        if infer and "predict" in p:
            mean, log = plain.gauss(plain.head(p["predict"], np.concatenate([h, z])))
            aux = -plain.log_normal(b, np.tanh(mean), log).sum(keepdims=True)
        state = move(p, state, u, z)
        yield plain.log_px(plain.dense(p["head"], state[0]), x_t), kl, ratio, aux


@pytest.mark.parametrize("infer", [True, False])
@pytest.mark.parametrize("fields", VARIANTS, ids=str)
def test_the_model_is_its_equations(fields, infer):
    plain.agrees(zforcing(3, **SMALL, **fields), in_numpy, infer)


@pytest.mark.parametrize("fields", VARIANTS[:2], ids=str)
def test_the_posterior_sees_all_frames_and_the_draws_before(fields):
    by_x, by_noise, by_before = plain.divergence_sees(zforcing(3, **SMALL, **fields))
    assert by_x.all()
    np.testing.assert_array_equal(by_noise, np.tri(plain.FRAMES, k=-1, dtype=bool))
    np.testing.assert_array_equal(by_before, np.arange(plain.FRAMES) > 0)  # h_0 is zero


def blind(params):
    """The same weights with a posterior that does not look at b."""
    return {**params, "q": {**params["q"], "known": jax.tree.map(jnp.zeros_like, params["q"]["known"])}}


@pytest.mark.parametrize("sighted", [True, False])
def test_the_further_cost_does_not_move_what_it_predicts(sighted):
    """The backward network has a gradient from aux through the posterior's draws only; the generator has one too."""
    model = zforcing(3, **SMALL)
    batch, noise = jax.tree.map(lambda a: jnp.asarray(a, jnp.float32), plain.sequences(model))
    params = jax.tree.map(lambda a: jnp.asarray(a, jnp.float32), plain.scattered(model.init))["params"]
    params = params if sighted else blind(params)

    @jax.jit
    @jax.grad
    def slope(params):
        return model.terms({"params": params}, batch, noise)[0].aux.sum()

    moved = {
        name: any(np.asarray(leaf).any() for leaf in jax.tree.leaves(part)) for name, part in slope(params).items()
    }
    assert moved == {
        "backward": sighted, "cell": True, "embed": True, "embed_z": True, "head": False, "p": False,
        "predict": True, "q": True,
    }  # fmt: skip


@pytest.mark.slow
def test_the_further_cost_falls_as_the_prediction_learns():
    """Descent on it alone, the rest of the weights held, lowers it: -log p of b given h and z."""
    model = zforcing(3, **SMALL)
    batch, noise = jax.tree.map(lambda a: jnp.asarray(a, jnp.float32), plain.sequences(model))
    params = model.init(jax.random.key(0))["params"]

    def cost(predict):
        aux = model.terms({"params": {**params, "predict": predict}}, batch, noise)[0].aux[..., 0]
        return (aux * batch.mask).sum() / batch.mask.sum()

    adam = optax.adam(0.02)

    @jax.jit
    def learn(predict, state):
        updates, state = adam.update(jax.grad(cost)(predict), state)
        return optax.apply_updates(predict, updates), state

    predict, start = params["predict"], float(cost(params["predict"]))
    state = adam.init(predict)
    assert start == pytest.approx(4 * 0.5 * np.log(2 * np.pi), rel=0.1)  # b near zero under N(0, 1)
    for _ in range(100):
        predict, state = learn(predict, state)
    assert float(cost(predict)) < start - 4


def test_without_it_the_axis_is_empty():
    batch = Batch(jnp.ones((2, 3, 3)), jnp.ones((2, 3)), jnp.zeros((2, 3)))
    for aux in (True, False):
        model = zforcing(3, **SMALL, aux=aux)
        variables = model.init(jax.random.key(0))
        assert model.terms(variables, batch, jnp.zeros((2, 3, 2)))[0].aux.shape == (2, 3, int(aux))
        assert ("predict" in variables["params"]) is aux


def test_a_modulated_cell_starts_as_a_plain_layer_norm():
    """Gain and bias of the latent variable start near 1 and 0."""
    model = zforcing(3, **SMALL, cond_ln=True)
    batch, noise = jax.tree.map(lambda a: jnp.asarray(a, jnp.float32), plain.sequences(model))
    variables = model.init(jax.random.key(0))
    a, b = (model.terms(variables, batch, e)[0].log_px for e in (noise, -noise))
    assert (a != b).any()
    np.testing.assert_allclose(a, b, rtol=1e-3)


def test_the_number_of_parameters_is_that_of_the_released_code():
    """Less what is not here: its second bias vector of each LSTM, and the emission from the backward states."""
    for width, cells, released in ((512, 1024, 19_556_640), (1024, 2048, 74_763_040)):
        found = plain.count(zforcing(200, width=width, cells=cells, latent=256))
        assert found == released - 2 * 4 * cells - plain.affine(cells, 400)


@pytest.mark.parametrize("fields", VARIANTS, ids=str)
def test_the_number_of_parameters(fields):
    a = plain.affine
    norm, aux = fields.get("cond_ln", False), fields.get("aux", True)
    cell = plain.lstm_size(5, 4) + a(2, 5) + a(5, 8 * 4) + 2 * 4 * 4 if norm else plain.lstm_size(5 + 5, 4) + a(2, 5)
    expected = a(3, 5) + plain.lstm_size(5, 4) + a(4, 5) + a(5, 2 * 2) + a(4 + 4, 5) + a(5, 2 * 2) + cell + a(4, 2 * 3)
    assert plain.count(zforcing(3, **SMALL, **fields)) == expected + aux * (a(4 + 2, 5) + a(5, 2 * 4))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (dict(latent=0), "latent=0: wanted 1 or more"),
        (dict(cells=0), "cells=0: wanted 1 or more"),
        (dict(width=0), "width=0: wanted 1 or more"),
        (dict(dtype="half"), "there is no dtype 'half'"),
        (dict(condln=True), "there is no field of zforcing 'condln': did you mean 'cond_ln'"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_what_makes_no_model(fields, message):
    with pytest.raises(SwnError, match=message):
        build("zforcing", 3, **fields)
