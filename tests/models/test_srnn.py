"""SRNN a second time in numpy, frame by frame, what its two posteriors see, its size."""

import jax
import jax.numpy as jnp
import numpy as np
import plain
import pytest

from swn_jax.errors import SwnError
from swn_jax.layers.mlp import leaky
from swn_jax.models import build
from swn_jax.models.srnn import srnn
from swn_jax.types import Batch

SMALL = dict(width=5, cells=4, latent=2)
VARIANTS = [dict(), dict(posterior="filter"), dict(residual_mean=False)]


def clipped(x):
    return np.clip(np.where(x > 0, x, x / 3), -3, 3)


def hidden(p, x):
    return clipped(plain.dense(p["Dense_1"], clipped(plain.dense(p["Dense_0"], x))))


def gru(p, h, x):
    (w_r, w_u, w_n), (u_r, u_u, u_n), (b_r, b_u, b_n) = (
        np.split(a, 3, axis=-1) for a in (p["inputs"]["kernel"], p["recurrent"], p["inputs"]["bias"])
    )
    r, u = plain.sigmoid(x @ w_r + h @ u_r + b_r), plain.sigmoid(x @ w_u + h @ u_u + b_u)
    return (1 - u) * h + u * np.tanh(x @ w_n + b_n + r * (h @ u_n))


def gauss(p, known, z):
    return plain.gauss(plain.dense(p["head"], clipped(plain.dense(p["known"], known) + z @ p["inner"])))


def in_numpy(residual_mean):
    def run(p, x, before, noise, infer):
        embedded = [hidden(p["embed"], u) for u in (before, *x)]
        d = [np.zeros(4)]
        for u in embedded[:-1]:
            d.append(gru(p["forward"], d[-1], u))
        d, a, state = d[1:], [], np.zeros(4)
        for d_t, e_t in zip(d[::-1], embedded[:0:-1], strict=True):
            both = np.concatenate([d_t, e_t])
            state = gru(p["backward"], state, both) if "backward" in p else hidden(p["filter"], both)
            a.insert(0, state)
        z = np.zeros(2)
        for x_t, d_t, a_t, e in zip(x, d, a, noise, strict=True):
            prior = gauss(p["p"], d_t, z)
            mean, log = gauss(p["q"], a_t, z) if infer else prior
            posterior = (mean + prior[0] * (residual_mean and infer), log)
            z, kl, ratio = plain.drawn(posterior, prior, e)
            out = plain.dense(p["head"], hidden(p["emission"], np.concatenate([d_t, z])))
            yield plain.log_px(out, x_t), kl, ratio, np.zeros(0)

    return run


@pytest.mark.parametrize("infer", [True, False])
@pytest.mark.parametrize("fields", VARIANTS, ids=str)
def test_the_model_is_its_equations(fields, infer):
    plain.agrees(srnn(3, **SMALL, **fields), in_numpy(fields.get("residual_mean", True)), infer)


@pytest.mark.parametrize("posterior", ["smooth", "filter"])
def test_what_the_posterior_sees(posterior):
    """The smoother sees all frames, the filter those up to its own; both the draws before theirs.

    Enough hidden units are taken that not all of them lie at their bound of 3.
    """
    by_x, by_noise, by_before = plain.divergence_sees(srnn(3, width=16, cells=4, latent=2, posterior=posterior))
    past = np.tri(plain.FRAMES, dtype=bool)
    np.testing.assert_array_equal(by_x, past | (posterior == "smooth"))
    np.testing.assert_array_equal(by_noise, np.tri(plain.FRAMES, k=-1, dtype=bool))
    assert by_before.all()


def test_a_residual_mean_starts_at_the_prior():
    """With a posterior of zeros its mean is the prior's, and only its scale differs."""
    model = srnn(3, **SMALL)
    batch, noise = jax.tree.map(lambda a: jnp.asarray(a, jnp.float32), plain.sequences(model))
    params = dict(jax.tree.map(lambda a: jnp.asarray(a, jnp.float32), plain.scattered(model.init))["params"])
    params["q"] = params["q"] | {"head": jax.tree.map(jnp.zeros_like, params["q"]["head"])}
    params["p"] = params["p"] | {
        "head": params["p"]["head"] | {"kernel": params["p"]["head"]["kernel"].at[:, 2:].set(0)}
    }
    kl = np.asarray(model.terms({"params": params}, batch, noise)[0].kl)
    log = plain.bounded(np.asarray(params["p"]["head"]["bias"][2:], np.float64), -8, 8)
    expected = log + 0.5 * np.exp(-2 * log) - 0.5
    np.testing.assert_allclose(kl, np.broadcast_to(expected, kl.shape), rtol=1e-3)


def test_the_hidden_units_of_the_paper():
    np.testing.assert_allclose(leaky(jnp.array([-30.0, -6.0, 0.0, 2.0, 7.0])), [-3.0, -2.0, 0.0, 2.0, 3.0])


def test_a_chain_of_latent_variables_does_not_run_away():
    """Means of z that grow with z, by far: only the bound of the hidden units holds the chain."""
    model = srnn(2, width=6, cells=5, latent=2)
    batch = Batch(jnp.zeros((1, 200, 2)), jnp.ones((1, 200)), jnp.zeros((1, 2)))
    params = dict(jax.tree.map(lambda a: jnp.asarray(a, jnp.float32), plain.scattered(model.init))["params"])
    head = params["p"]["head"] | {"kernel": jnp.zeros((6, 4)).at[:, :2].set(1.0)}
    params["p"] = params["p"] | {"inner": jnp.full((2, 6), 9.0), "head": head}
    terms, _ = jax.jit(model.terms)({"params": params}, batch, jnp.ones((1, 200, 2)))
    assert np.isfinite(terms.kl).all()


@pytest.mark.parametrize("posterior", ["smooth", "filter"])
def test_the_number_of_parameters(posterior):
    a = plain.affine
    gauss = a(4 + 2, 5) + a(5, 2 * 2)
    smooth, filtering = a(4 + 5, 3 * 4) + 4 * 3 * 4, a(4 + 5, 5) + a(5, 5)
    expected = a(3, 5) + a(5, 5) + a(5, 3 * 4) + 4 * 3 * 4 + gauss + a(4 + 2, 5) + a(5, 5) + a(5, 2 * 3)
    expected += smooth + gauss if posterior == "smooth" else filtering + a(5 + 2, 5) + a(5, 2 * 2)
    assert plain.count(srnn(3, **SMALL, posterior=posterior)) == expected


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (dict(latent=0), "latent=0: wanted 1 or more"),
        (dict(cells=0), "cells=0: wanted 1 or more"),
        (dict(width=0), "width=0: wanted 1 or more"),
        (dict(posterior="smoth"), "there is no posterior 'smoth': did you mean 'smooth'"),
        (dict(dtype="half"), "there is no dtype 'half'"),
        (dict(depth=2), "there is no field of srnn 'depth'"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_what_makes_no_model(fields, message):
    with pytest.raises(SwnError, match=message):
        build("srnn", 3, **fields)
