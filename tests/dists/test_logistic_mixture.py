"""The mixture of discretised logistics against scipy: a probability of integers, its draws, its edges and extremes."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from alone import alone
from scipy import special, stats

from swn_jax.dists import logistic
from swn_jax.dists.likelihood import likelihood, logistic_mixture
from swn_jax.errors import SwnError
from swn_jax.train.evaluate import Scores
from swn_jax.train.report import bits_per_sample

K, SCALE, SHIFT = 3, 555.5, -0.4
RAW = np.arange(-32768, 32768)
BOTH = pytest.mark.parametrize("encoding", ["pcm16", "mulaw8"])


def parts_of(encoding, seed=0, size=1.0):
    """Weights, means and log-scales [K] of one sample's mixture, and the parameters that the head emits."""
    rng = np.random.default_rng(seed)
    weight, mean = rng.normal(size=K), size * rng.normal(size=K)
    log_scale = rng.normal(size=K) - (0.0 if encoding == "pcm16" else 3.0)
    return weight, mean, log_scale, jnp.asarray(np.stack([mean - np.linspace(-1, 1, K), log_scale, weight], 1).ravel())


def level_of(raw):
    """The level of mu-law, sample by sample, in words of the standard library."""
    y = np.sign(raw) * np.log(1 + 255 * np.abs(raw / 32768)) / np.log(256)
    return np.floor((y + 1) / 2 * 255 + 0.5).astype(int)


def by_scipy(encoding, weight, mean, log_scale, scale=SCALE, shift=SHIFT):
    """The probability of each 16-bit integer."""
    if encoding == "pcm16":
        borders = (np.concatenate([[-np.inf], RAW[1:] - 0.5, [np.inf]]) - shift) / scale
    else:
        borders = np.concatenate([[-np.inf], (np.arange(255) + 0.5) * 2 / 255 - 1, [np.inf]])
    cdf = stats.logistic.cdf(borders[:, None], mean, np.exp(log_scale)) @ special.softmax(weight)
    if encoding == "pcm16":
        return np.diff(cdf)
    level = level_of(RAW)
    return (np.diff(cdf) / np.bincount(level))[level]


def over_integers(like, params, raw=RAW, scale=SCALE, shift=SHIFT):
    """The log-probability of each integer, from the density in standardised units."""
    x = jnp.asarray((raw - shift) / scale, params.dtype)[:, None]
    many = jnp.broadcast_to(params, (len(raw), len(params)))
    return np.asarray(jax.jit(like.log_prob)(many, x), np.float64) - np.log(scale)


@BOTH
@pytest.mark.parametrize("size", [1.0, 30.0, 300.0], ids=["inside", "near the edges", "beyond"])
def test_the_probability_of_every_integer_is_that_of_scipy(encoding, size):
    *parts, params = parts_of(encoding, size=size)
    like = alone(logistic_mixture(K, encoding, floor=-40.0, ceiling=40.0, scale=SCALE, shift=SHIFT))
    assert like.size(5) == 3 * K * 5
    expected = by_scipy(encoding, *parts)
    with jax.enable_x64(True):
        params64 = jnp.asarray(np.asarray(parts_of(encoding, size=size)[-1], np.float64))
        exact = np.exp(over_integers(like, params64))
    assert exact.sum() == pytest.approx(1.0, abs=1e-6)
    np.testing.assert_allclose(exact, expected, rtol=1e-5, atol=1e-12)
    found = over_integers(like, jnp.asarray(params, jnp.float32))
    assert np.exp(found).sum() == pytest.approx(1.0, abs=1e-4)
    kept = expected > 1e-12  # what scipy's difference holds
    np.testing.assert_allclose(found[kept], np.log(expected[kept]), rtol=1e-3, atol=1e-3)


def test_mu_law_has_256_levels_whose_integers_are_equally_likely():
    *_, params = parts_of("mulaw8")
    like = alone(logistic_mixture(K, "mulaw8", scale=SCALE, shift=SHIFT))
    found, level = np.exp(over_integers(like, jnp.asarray(params, jnp.float32))), level_of(RAW)
    sizes = np.bincount(level)
    assert (len(sizes), level_of(0)) == (256, 128)
    assert level_of(np.array([-32768, 32767])).tolist() == [0, 255]
    totals = np.bincount(level, found)
    assert totals.sum() == pytest.approx(1.0, abs=1e-4)
    np.testing.assert_allclose(found, (totals / sizes)[level], rtol=1e-5)


def test_far_from_the_mean_nothing_cancels():
    """Where the sigmoids of a float round to 0 or 1, the tail is exponential, and a wide mass is a density."""
    n = np.array([-3000.0, -40.0, 0.0, 40.0, 3000.0])

    def found(scale):
        like = (jnp.full(n.shape, value, jnp.float32) for value in (0.0, np.log(scale)))
        return logistic.log_mass(jnp.asarray(n, jnp.float32), *like, -32768, 32767)

    far = np.abs(n) > 0
    for scale in (0.01, 1.0):
        tail = (0.5 - np.abs(n)) / scale + np.log(-np.expm1(-1 / scale))
        np.testing.assert_allclose(found(scale)[far], tail[far], rtol=1e-5)
    for scale in (50.0, 1e6):
        np.testing.assert_allclose(found(scale), stats.logistic.logpdf(n, scale=scale), rtol=1e-5, atol=1e-4)


@BOTH
@pytest.mark.parametrize("size", [1e2, 1e4])
def test_extremes_stay_finite(encoding, size):
    """Scales at their bounds, all the weight elsewhere, digital silence, clipped sound, means 1e4 deviations away."""
    like = alone(logistic_mixture(K, encoding, scale=SCALE, shift=SHIFT))
    for seed in range(4):
        params = jnp.asarray(np.sign(np.random.default_rng(seed).normal(size=6 * K)) * size, jnp.float32)
        for raw in (0, 32767, -32768, 60000):
            x = jnp.full(2, (raw - SHIFT) / SCALE, jnp.float32)
            value, grads = jax.value_and_grad(like.log_prob, argnums=(0, 1))(params, x)
            assert np.isfinite([value, *np.concatenate(grads)]).all()
            assert value <= 2 * np.log(SCALE) + 1e-3  # no probability exceeds 1, however sharp


@BOTH
def test_gradients_are_finite_differences(encoding):
    with jax.enable_x64(True):
        params = jnp.asarray(np.asarray(parts_of(encoding)[-1], np.float64))
        like = alone(logistic_mixture(K, encoding, scale=SCALE, shift=SHIFT))
        for raw in (100, -32768, 32767):
            x = jnp.array([(raw - SHIFT) / SCALE])
            grad = jax.grad(like.log_prob)(params, x)
            for i, slope in enumerate(grad):
                up, down = (like.log_prob(params.at[i].add(h), x) for h in (1e-5, -1e-5))
                np.testing.assert_allclose(slope, (up - down) / 2e-5, rtol=1e-5, atol=1e-7)


@BOTH
@pytest.mark.parametrize("size", [1.0, 50.0], ids=["inside", "beyond the edges"])
def test_samples_are_integers_with_their_probabilities(encoding, size):
    *parts, params = parts_of(encoding, seed=2, size=size)
    like = alone(logistic_mixture(K, encoding, scale=SCALE, shift=SHIFT))
    many = jnp.broadcast_to(jnp.asarray(params, jnp.float32), (40000, len(params)))
    raw = np.asarray(like.sample(jax.random.key(0), many, 1.0), np.float64)[:, 0] * SCALE + SHIFT
    np.testing.assert_allclose(raw, np.rint(raw), atol=5e-3)
    raw = np.rint(raw).astype(int)
    assert (raw.min() >= -32768, raw.max() <= 32767) == (True, True)
    seen = np.cumsum(np.bincount(raw + 32768, minlength=65536)) / len(raw)
    assert np.abs(seen - np.cumsum(by_scipy(encoding, *parts))).max() < 1.63 / np.sqrt(len(raw))  # Kolmogorov, 1 %


def test_samples_of_a_few_integers_pass_the_chi_square_test():
    """Scales below one step, where the width of an integer matters."""
    params = jnp.array([0.7, np.log(0.6), 0.0])
    like = alone(logistic_mixture(1))
    raw = np.asarray(like.sample(jax.random.key(3), jnp.broadcast_to(params, (20000, 3)), 1.0))[:, 0].astype(int)
    share = by_scipy("pcm16", *(np.array([p]) for p in (0.0, 0.7, np.log(0.6))), scale=1.0, shift=0.0)
    middle = share[32768 - 2 : 32768 + 5]
    counts = np.array([(raw == n).sum() for n in range(-2, 5)])
    counts, expected = np.append(counts, 20000 - counts.sum()), 20000 * np.append(middle, 1 - middle.sum())
    assert stats.chisquare(counts, expected).pvalue > 0.01


@BOTH
def test_without_temperature_a_sample_is_the_middle_of_the_likeliest_component(encoding):
    weight, mean, _, params = parts_of(encoding, size=0.3)
    like = alone(logistic_mixture(K, encoding, scale=SCALE, shift=SHIFT))
    cold = np.asarray(like.sample(jax.random.key(0), jnp.broadcast_to(params.astype(jnp.float32), (8, 9)), 0.0))
    raw = np.unique(np.rint(cold * SCALE + SHIFT))
    place = mean[weight.argmax()]
    if encoding == "pcm16":
        assert raw.tolist() == [round(place * SCALE + SHIFT)]
    else:
        within = np.flatnonzero(level_of(RAW) == round(127.5 * (place + 1))) - 32768
        assert raw.tolist() == [within[len(within) // 2]]


def test_the_mean_is_that_of_the_mixture():
    weight, mean, _, params = parts_of("pcm16")
    middle = special.softmax(weight) @ mean
    params = params.astype(jnp.float32)
    found = alone(logistic_mixture(K, scale=SCALE, shift=SHIFT)).mean(params)
    np.testing.assert_allclose(found, [middle], rtol=1e-4)
    companded = alone(logistic_mixture(K, "mulaw8", scale=SCALE, shift=SHIFT)).mean(params)
    raw = 32768 * np.sign(middle) * (256 ** abs(middle) - 1) / 255
    np.testing.assert_allclose(companded, [(raw - SHIFT) / SCALE], rtol=1e-3)


@BOTH
def test_bits_per_sample_are_a_code_length(encoding):
    """For a source with these very probabilities they are its entropy."""
    *parts, params = parts_of(encoding)
    share = by_scipy(encoding, *parts)
    rng = np.random.default_rng(0)
    raw = rng.choice(RAW, size=(40, 500), p=share / share.sum())
    like = alone(logistic_mixture(K, encoding, scale=SCALE, shift=SHIFT))
    frames = (raw.reshape(40, 250, 2) - SHIFT) / SCALE
    both = jnp.tile(params.astype(jnp.float32).reshape(K, 3, 1), (1, 1, 2)).ravel()
    elbo = np.asarray(like.log_prob(jnp.broadcast_to(both, (40, 250, 18)), jnp.asarray(frames, jnp.float32))).sum(-1)
    zeros = np.zeros(40)
    found = bits_per_sample(Scores(elbo, elbo, zeros[:, None], elbo, zeros, np.full(40, 250.0), zeros), 2, SCALE)
    assert found == pytest.approx(-np.log2(share[raw + 32768]).mean(), abs=1e-3)
    assert found == pytest.approx(stats.entropy(share, base=2), abs=0.05)


def test_frames_with_a_scale_at_the_floor():
    params = jnp.zeros((2, K, 3, 4)).at[1, 2, 1, 3].set(-50.0).reshape(2, -1)
    for encoding in ("pcm16", "mulaw8"):
        assert alone(logistic_mixture(K, encoding, scale=SCALE)).at_floor(params).tolist() == [False, True]


def test_components_start_apart_and_all_alive():
    like = alone(logistic_mixture(5, scale=SCALE))
    x = jax.random.normal(jax.random.key(0), (64, 20))
    grads = jax.jit(jax.vmap(jax.grad(like.log_prob), (None, 0)))(jnp.zeros(300), x).reshape(64, 5, -1)
    strength = np.abs(np.asarray(grads)).mean((0, 2))
    assert strength.min() > 0.1 * strength.max()


@pytest.mark.parametrize(("call", "words"), [
    (lambda: logistic_mixture(0), "found components=0"),
    (lambda: logistic_mixture(floor=1.0), "wanted floor < 0 < ceiling"),
    (lambda: logistic_mixture(encoding="mulaw"), "did you mean 'mulaw8'"),
    (lambda: likelihood("logistic_mixtur"), "did you mean 'logistic_mixture'"),
    (lambda: likelihood("logistic_mixture", shared=True), "no field of the likelihood logistic_mixture 'shared'"),
])  # fmt: skip
def test_what_cannot_be(call, words):
    with pytest.raises(SwnError, match=words):
        call()
