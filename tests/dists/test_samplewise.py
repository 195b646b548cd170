"""The samplewise density: exact, causal, alike in both executions, and a classic predictor before it has learned."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from kept import kept
from sample_contract import PROPERTIES, WIDTH, Rig
from scipy import stats

from swn_jax.dists import sample_mixture
from swn_jax.dists.classic.prediction import Classic
from swn_jax.dists.laws import LAWS
from swn_jax.dists.likelihood import samplewise
from swn_jax.dists.likelihood.samplewise import network
from swn_jax.dists.likelihood.samplewise.parallel import mixtures
from swn_jax.errors import SwnError
from swn_jax.ops.bounds import bounded

SMALL = dict(order=2, history=12, pitch=0, block=4, window=3, units=5, components=2)
VOICED = dict(order=3, history=20, pitch=200, block=8, window=6, units=5, components=3)
EACH = pytest.mark.parametrize("settings", [SMALL, VOICED, SMALL | {"order": 0}], ids=["plain", "voiced", "no-order"])


@kept
def rig(items):
    fields = dict(items)
    classic = Classic(*(fields[key] for key in Classic._fields))

    def bounded_mixtures(*given):
        found = mixtures(*given, classic)
        return found._replace(log_scale=bounded(found.log_scale, -8.5, 4.0))

    made = Rig(samplewise(**fields), bounded_mixtures)
    made.classic = classic
    return made


def made(settings):
    return rig(tuple(settings.items()))


@PROPERTIES
@EACH
def test_contract(settings, holds):
    holds(made(settings))


@EACH
def test_the_state_of_the_frame_filters_the_residual_and_scales_it(settings):
    r = made(settings)
    units = settings["units"]

    @jax.jit
    def of(params):
        return mixtures(r.weights, params, r.x, r.past, r.classic)

    def shift(number):
        return of(r.params.at[..., units + number].add(1.0))

    plain = of(r.params)

    np.testing.assert_allclose(shift(0).log_scale - plain.log_scale, network.GENTLE, atol=1e-5)
    for k in (1, 4):  # the weight of the k-th residual before each sample
        weight = np.tanh(network.GENTLE * (r.params[..., units + k] + 1)) - np.tanh(
            network.GENTLE * r.params[..., units + k]
        )
        moved = np.asarray(shift(k).mean - plain.mean)[:, k:, 0]
        expected = np.repeat(weight, WIDTH, axis=1)[:, k:] * np.asarray(plain.x)[:, :-k]
        np.testing.assert_allclose(moved, expected, atol=1e-5)


@pytest.mark.parametrize(
    ("name", "law"), [("gaussian", stats.norm), ("logistic", stats.logistic), ("student", stats.t(4))]
)
def test_densities_and_draws_of_each_law(name, law):
    logit, mean, log_scale = jnp.array([0.3, -0.5]), jnp.array([-2.0, 3.0]), jnp.array([0.1, -0.7])
    many = [jnp.broadcast_to(a, (20000, 2)) for a in (logit, mean, log_scale)]
    x = np.asarray(sample_mixture.draw(LAWS[name], jax.random.key(0), *many, 1.0), np.float64)
    share = np.exp(logit) / np.exp(logit).sum()
    of = lambda f, v: sum(w * f((v - m) * np.exp(-s)) for w, m, s in zip(share, mean, log_scale, strict=True))  # noqa: E731
    assert stats.kstest(x, lambda v: of(law.cdf, v)).pvalue > 1e-3
    density = sum(
        w * law.pdf((x - m) * np.exp(-s)) * np.exp(-s) for w, m, s in zip(share, mean, log_scale, strict=True)
    )
    np.testing.assert_allclose(
        sample_mixture.log_density(LAWS[name], jnp.asarray(x), *many), np.log(density), atol=1e-4
    )
    assert set(np.asarray(sample_mixture.draw(LAWS[name], jax.random.key(0), *many, 0.0)).tolist()) == {-2.0}


def test_the_mean_draws_nothing():
    r = made(VOICED)
    mean = r.like.mean(r.weights, r.params[:, 0], r.past)
    np.testing.assert_array_equal(mean, r.like.sample(r.weights, jax.random.key(5), r.params[:, 0], r.past, 0.0))


def test_untrained_it_is_a_classic_predictor():
    """On an autoregressive signal of unknown and changing loudness it is near the entropy of the noise."""
    rng = np.random.default_rng(0)
    loud = np.repeat(np.exp(rng.normal(size=8)), 500)
    noise = loud * rng.normal(size=4000)
    signal = np.zeros(4000)
    for i in range(4000):
        signal[i] = noise[i] + 1.6 * signal[i - 1] - 0.81 * signal[i - 2] if i > 1 else noise[i]
    like = samplewise(pitch=0, units=8)
    x = jnp.asarray(signal.reshape(1, 20, 200), jnp.float32)
    weights, params = like.init(jax.random.key(0), 200), jnp.zeros((1, 20, like.size(200)))
    log_px = jax.jit(like.log_prob)(weights, params, x, jnp.zeros((1, like.memory(200), 200)))
    entropy = (np.log(loud) + 0.5 * np.log(2 * np.pi * np.e)).reshape(20, 200).sum(1)
    gap = (entropy + np.asarray(log_px[0]))[2:] / 200  # nats per sample
    assert -0.3 < gap.mean() < 0.0
    plain = stats.norm.logpdf(signal, 0, signal.std()).reshape(20, 200).sum(1)
    assert (np.asarray(log_px[0]) - plain)[2:].mean() > 200


@kept
def slopes(like):
    """The density of all frames and its gradients, compiled."""
    return jax.jit(jax.value_and_grad(lambda *given: like.log_prob(*given).sum(), argnums=(0, 1, 2)))


@pytest.mark.parametrize("kind", ["silence", "clipped", "loud", "click", "edge"])
def test_hard_signals_have_finite_values_and_gradients(kind):
    t = np.arange(40 * WIDTH)
    signal = {
        "silence": np.zeros_like(t), "clipped": np.clip(9 * np.sin(0.2 * t), -1, 1), "loud": 1e4 * np.sin(0.2 * t),
        "click": 1e4 * (t == 150), "edge": np.sin(1e-3 * t),
    }[kind]  # fmt: skip
    r = made(VOICED)
    x = jnp.asarray(signal.reshape(1, 40, WIDTH), jnp.float32)
    params = jnp.ones((1, 40, r.like.size(WIDTH)))
    past = jnp.zeros((1, r.like.memory(WIDTH), WIDTH))

    value, grads = slopes(r.like)(r.weights, params, x, past)
    assert all(np.isfinite(a).all() for a in jax.tree.leaves((value, grads)))
    memory = r.like.memory(WIDTH)
    last = jnp.pad(x, ((0, 0), (max(0, memory - 40), 0), (0, 0)))[:, -memory:]
    assert np.isfinite(r.like.sample(r.weights, jax.random.key(0), params[:, 0], last)).all()


def test_frames_at_the_floor():
    r = made(SMALL)
    low = {**r.weights, "out": jnp.zeros_like(r.weights["out"]), "out_bias": jnp.full(6, -30.0)}
    assert np.asarray(r.like.at_floor(low, *r.given[1:])).all()
    assert not np.asarray(r.like.at_floor({**low, "out_bias": jnp.zeros(6)}, *r.given[1:])).any()


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (dict(order=-1), "order=-1: wanted 0 or more"),
        (dict(history=10), "wanted more samples than coefficients"),
        (dict(pitch=150), "wanted multiples of 100 and 4"),
        (dict(block=10), "wanted multiples of 100 and 4"),
        (dict(pitch=200), "reads samples down to 9 before a sample: wanted a block"),
        (dict(components=1), "components=1: wanted 2 or more"),
        (dict(window=0), "window=0: wanted 1 or more"),
        (dict(law="cauchy"), "there is no law .cauchy.: .known: gaussian, logistic, student"),
        (dict(floor=1.0), "wanted floor < 0 < ceiling"),
    ],
)
def test_settings_that_do_not_fit(settings, sentence):
    with pytest.raises(SwnError, match=sentence):
        samplewise(**settings)


@pytest.mark.parametrize(
    ("width", "fields", "remedy"),
    [(50, {"pitch": 0}, dict(block=10)), (48, {}, dict(block=16)), (171, {}, dict(pitch=0, block=19))],
)
def test_frames_that_are_no_whole_number_of_blocks(width, fields, remedy):
    with pytest.raises(SwnError, match="frames of .* wanted a multiple of the 20 samples of a block") as error:
        samplewise(**fields).size(width)
    assert all(f"likelihood.{key}={value}" in str(error.value) for key, value in remedy.items())
    assert samplewise(**fields | remedy).size(width)
