"""STORN a second time in numpy, frame by frame, and what its posterior sees."""

import numpy as np
import plain
import pytest

from swn_jax.errors import SwnError
from swn_jax.models import build
from swn_jax.models.storn import storn

SMALL = dict(width=5, cells=4, latent=2)


def in_numpy(p, x, before, noise, infer):
    standard = np.zeros(2), np.zeros(2)
    h, r = plain.zeros(4), plain.lstm(p["recognition"], plain.zeros(4), before)
    for u, x_t, e in zip([before, *x[:-1]], x, noise, strict=True):
        r = plain.lstm(p["recognition"], r, x_t)
        q = plain.gauss(plain.head(p["posterior"]["Head_0"], r[0])) if infer else standard
        z, kl, ratio = plain.drawn(q, standard, e)
        h = plain.lstm(p["generator"], h, np.concatenate([u, z]))
        yield plain.log_px(plain.head(p["head"], h[0]), x_t), kl, ratio, np.zeros(0)


@pytest.mark.parametrize("infer", [True, False])
def test_the_model_is_its_equations(infer):
    plain.agrees(storn(3, **SMALL), in_numpy, infer)


def test_the_posterior_sees_the_past_and_its_own_frame():
    by_x, by_noise, by_before = plain.divergence_sees(storn(3, **SMALL))
    np.testing.assert_array_equal(by_x, np.tri(plain.FRAMES, dtype=bool))
    assert by_before.all()
    assert not by_noise.any()  # the latent variables are independent over time


def test_the_number_of_parameters():
    a = plain.affine
    posterior, emission = a(4, 5) + a(5, 2 * 2), a(4, 5) + a(5, 2 * 3)
    assert plain.count(storn(3, **SMALL)) == plain.lstm_size(3, 4) + plain.lstm_size(3 + 2, 4) + posterior + emission


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (dict(latent=0), "latent=0: wanted 1 or more"),
        (dict(cells=0), "cells=0: wanted 1 or more"),
        (dict(width=-1), "width=-1: wanted 1 or more"),
        (dict(dtype="double"), "there is no dtype 'double'"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_what_makes_no_model(fields, message):
    with pytest.raises(SwnError, match=message):
        build("storn", 3, **fields)
