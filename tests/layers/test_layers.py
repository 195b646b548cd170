"""Affine layers, the gated unit and the latent variables against numpy."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import stats

from swn_jax.dists import gaussian
from swn_jax.errors import SwnError
from swn_jax.layers.dense import Dense, Head
from swn_jax.layers.gated import Gated
from swn_jax.layers.latent import Latent, Normal, from_posterior, from_prior
from swn_jax.layers.stochastic import Stochastic

RNG = np.random.default_rng(0)
X = jnp.asarray(RNG.normal(size=(2, 5, 4)).astype(np.float32))
KEY = jax.random.key(0)


def test_dense_is_affine_at_every_rank():
    variables = Dense(3).init(KEY, X)
    variables["params"]["bias"] = jnp.array([1.0, 2.0, 3.0])
    expected = np.asarray(X) @ np.asarray(variables["params"]["kernel"]) + [1, 2, 3]
    np.testing.assert_allclose(Dense(3).apply(variables, X), expected, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(Dense(3).apply(variables, X[0, 0]), expected[0, 0], rtol=1e-4, atol=1e-5)


def test_kernels_keep_the_scale_of_their_input():
    kernel = Dense(300).init(KEY, jnp.zeros((1, 200)))["params"]["kernel"]
    np.testing.assert_allclose(np.std(kernel), 1 / np.sqrt(200), rtol=0.02)


def test_a_head_starts_near_zero_but_not_at_it():
    x = jax.random.normal(KEY, (500, 64))
    out, _ = Head(64, 10).init_with_output(KEY, x)
    assert 0.001 < np.std(out) < 0.02


@pytest.mark.parametrize("gate", ["sigmoid", "linear"])
@pytest.mark.parametrize("residual", [True, False])
def test_the_gated_unit(gate, residual):
    past, now = X, jnp.flip(X, 1)
    unit = Gated(3, gate=gate, norm="none", residual=residual)
    out, variables = unit.init_with_output(KEY, past, now)
    p = jax.tree.map(np.asarray, variables["params"])
    f, g = np.split(np.concatenate([past, now], -1) @ p["taps"]["kernel"], 2, -1)
    expected = np.tanh(f) * (g if gate == "linear" else 1 / (1 + np.exp(-g)))
    expected = expected + (np.asarray(now) @ p["residual"]["kernel"] if residual else 0)
    assert ("residual" in p) is residual
    np.testing.assert_allclose(out, expected, rtol=1e-4, atol=1e-5)


def test_an_unknown_gate():
    with pytest.raises(SwnError, match="did you mean 'linear'"):
        Gated(3, gate="liner").init(KEY, X, X)


def test_a_latent_variable_starts_standard_normal_and_keeps_its_bounds():
    latent = Latent(2, 4, log_scale_bounds=(-1.5, 6.0))
    start, variables = latent.init_with_output(KEY, X)
    assert np.abs(start.mean).max() < 0.1
    assert np.abs(start.log_scale).max() < 0.3
    last = variables["params"]["Head_0"]["Dense_1"]
    for raw, bound in ((-100.0, -1.5), (100.0, 6.0)):
        last["bias"] = jnp.array([7.0, 7.0, raw, raw])
        out = latent.apply(variables, X)
        np.testing.assert_allclose(out.log_scale, bound, atol=1e-2)
        np.testing.assert_allclose(out.mean, 7.0, atol=0.2)


def test_a_draw_from_the_posterior_and_what_it_costs():
    q, p = (Normal(*map(jnp.asarray, RNG.normal(size=(2, 3, 4)).astype(np.float32))) for _ in range(2))
    noise = jnp.asarray(RNG.normal(size=(3, 4)).astype(np.float32))
    drawn = from_posterior(q, p, noise)
    z = np.asarray(q.mean + jnp.exp(q.log_scale) * noise)
    np.testing.assert_allclose(drawn.z, z, rtol=1e-5)
    log_q, log_p = (stats.norm.logpdf(z, g.mean, np.exp(g.log_scale)) for g in (q, p))
    np.testing.assert_allclose(drawn.log_ratio, log_q - log_p, rtol=1e-4, atol=1e-4)
    np.testing.assert_array_equal(drawn.kl, gaussian.kl(*q, *p))
    prior = from_prior(p, noise)
    np.testing.assert_array_equal(prior.z, gaussian.draw(*p, noise))
    assert not prior.kl.any()
    assert not prior.log_ratio.any()


def layer(latent: int, residual_mean: bool = True) -> Stochastic:
    return Stochastic(Gated(4, norm="none"), latent, 5, (-8.0, 8.0), residual_mean)


def test_a_layer_without_latents_hands_its_gated_unit_up():
    out, variables = layer(0).init_with_output(KEY, X, X, None, X[..., :0])
    gated = Gated(4, norm="none").apply({"params": variables["params"]["gated"]}, X, X)
    np.testing.assert_array_equal(out.d, gated)
    assert out.drawn.z.shape == (2, 5, 0)
    assert set(variables["params"]) == {"gated", "skip"}


def test_the_posterior_corrects_the_prior():
    """With weights of the posterior at zero, its mean is the prior's and its scale is one."""
    noise = X[..., :2]
    for residual_mean in (True, False):
        net = layer(2, residual_mean)
        variables = net.init(KEY, X, X, X, noise)
        variables["params"]["posterior"] = jax.tree.map(jnp.zeros_like, variables["params"]["posterior"])
        variables["params"]["prior"]["Head_0"]["Dense_1"]["bias"] = jnp.array([3.0, 4.0, 0.0, 0.0])
        z = net.apply(variables, X, X, X, noise).drawn.z
        np.testing.assert_allclose((z - noise).mean((0, 1)), [3.0, 4.0] if residual_mean else [0.0, 0.0], atol=0.1)
