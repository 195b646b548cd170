"""VRNN a second time in numpy, frame by frame, and what its posterior sees."""

import numpy as np
import plain
import pytest

from swn_jax.errors import SwnError
from swn_jax.models import build
from swn_jax.models.vrnn import vrnn

SMALL = dict(width=5, cells=4, latent=2)
VARIANTS = [dict(depth=1), dict(depth=3), dict(depth=2, prior="standard")]


def gauss(p, h):
    return plain.gauss(plain.head(p["layers_1"]["Head_0"], plain.hidden(p.get("layers_0", {}), h)))


def in_numpy(p, x, before, noise, infer):
    state, phi_z, phi_u = plain.zeros(4), np.zeros(5), plain.hidden(p["phi_x"], before)
    for x_t, e in zip(x, noise, strict=True):
        phi_x = plain.hidden(p["phi_x"], x_t)
        state = plain.lstm(p["cell"], state, phi_u, phi_z)
        h = state[0]
        prior = gauss(p["prior"], h) if "prior" in p else (np.zeros(2), np.zeros(2))
        z, kl, ratio = plain.drawn(gauss(p["posterior"], np.concatenate([phi_x, h])) if infer else prior, prior, e)
        phi_z, phi_u = plain.hidden(p["phi_z"], z), phi_x
        out = plain.hidden(p["emission"].get("layers_0", {}), np.concatenate([phi_z, h]))
        yield plain.log_px(plain.head(p["emission"]["layers_1"], out), x_t), kl, ratio, np.zeros(0)


@pytest.mark.parametrize("infer", [True, False])
@pytest.mark.parametrize("fields", VARIANTS, ids=str)
def test_the_model_is_its_equations(fields, infer):
    plain.agrees(vrnn(3, **SMALL, **fields), in_numpy, infer)


@pytest.mark.parametrize("fields", VARIANTS, ids=str)
def test_the_posterior_sees_the_past_and_its_own_frame(fields):
    """Of the frames x up to its own, of the draws those before it."""
    by_x, by_noise, by_before = plain.divergence_sees(vrnn(3, **SMALL, **fields))
    np.testing.assert_array_equal(by_x, np.tri(plain.FRAMES, dtype=bool))
    np.testing.assert_array_equal(by_noise, np.tri(plain.FRAMES, k=-1, dtype=bool))
    assert by_before.all()


@pytest.mark.parametrize("prior", ["learned", "standard"])
def test_the_number_of_parameters(prior):
    a = plain.affine
    phi_x, phi_z = a(3, 5) + a(5, 5), a(2, 5) + a(5, 5)
    posterior, learned = (a(inputs, 5) + a(5, 5) + a(5, 2 * 2) for inputs in (5 + 4, 4))
    emission = a(5 + 4, 5) + a(5, 5) + a(5, 2 * 3)
    expected = phi_x + phi_z + posterior + learned * (prior == "learned") + emission + plain.lstm_size(5 + 5, 4)
    assert plain.count(vrnn(3, **SMALL, depth=2, prior=prior)) == expected


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (dict(latent=0), "latent=0: wanted 1 or more"),
        (dict(depth=0), "depth=0: wanted 1 or more"),
        (dict(cells=0), "cells=0: wanted 1 or more"),
        (dict(width=0), "width=0: wanted 1 or more"),
        (dict(prior="learnt"), "there is no prior 'learnt': did you mean 'learned'"),
        (dict(dtype="half"), "there is no dtype 'half'"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_what_makes_no_model(fields, message):
    with pytest.raises(SwnError, match=message):
        build("vrnn", 3, **fields)
