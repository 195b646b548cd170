"""On accelerators products are rounded: no density may show it, nor may the two executions of one part."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from rounded import BFLOAT16, TF32, rough_products, rounded
from scipy import signal

from swn_jax.dists.classic.prediction import Classic, known
from swn_jax.dists.likelihood import LIKELIHOODS, likelihood
from swn_jax.dists.likelihood.samplewise.parallel import mixtures
from swn_jax.ops.features import features

FRAMES, WIDTH = 8, 200
NATS = 1e-3  # per sample: 0.0014 bits, below the last digit of any table
SMALL = dict(units=8, window=20, components=2)
FIELDS = {
    "gaussian": [dict(), dict(basis="dct")], "mixture": [dict(components=2), dict(components=2, shared=True)],
    "samplewise": [SMALL | dict(pitch=0), SMALL], "pen": [dict(components=2)],
    "source_filter": [SMALL, SMALL | dict(period="told")],
    "logistic_mixture": [dict(scale=555.0, shift=0.0)], "low_rank": [dict()], "increments": [dict()],
    "linear_prediction": [dict()],
}  # fmt: skip
CASES = [(name, fields) for name in LIKELIHOODS for fields in FIELDS[name]]
CLASSIC = Classic(16, 480, 400, 20)


def sound(samples, seed=0):
    """Pulses and noise through two resonances, with a strong tilt and a range of loudness of 80 dB."""
    rng = np.random.default_rng(seed)
    source = 0.05 * rng.normal(size=samples) + (np.arange(samples) % 130 == 0)
    resonances = np.poly(np.concatenate([r * np.exp([1j * w, -1j * w]) for r, w in ((0.99, 0.2), (0.98, 0.6))])).real
    x = signal.lfilter([1.0], np.convolve(resonances, [1.0, -0.98]), source)
    x *= 10 ** (2 * np.sin(np.arange(samples) / 400))
    return jnp.asarray(10 * x / np.abs(x).max(), jnp.float32)


def given(like, width, seed=1):
    """Weights, parameters in general position, frames and those before."""
    memory = like.memory(width)
    x = sound((memory + FRAMES) * width).reshape(1, -1, width)
    params = np.random.default_rng(seed).normal(size=(1, FRAMES, like.size(width)))
    return like.init(jax.random.key(0), width), jnp.asarray(params, jnp.float32), x[:, memory:], x[:, :memory]


@pytest.mark.parametrize("bits", [TF32, BFLOAT16])
@pytest.mark.parametrize(("name", "fields"), CASES, ids=str)
def test_no_density_shows_it(name, fields, bits):
    like, width = likelihood(name, **fields), 3 if name == "pen" else WIDTH
    args = given(like, width)
    off = np.abs(rounded(like.log_prob, bits)(*args) - jax.jit(like.log_prob)(*args)).mean() / width
    assert off < NATS


@pytest.mark.parametrize("bits", [TF32, BFLOAT16])
def test_frames_that_long_factors_explain(bits):
    """Nearly all of such a frame cancels before it is squared."""
    like = likelihood("low_rank")
    params = 20.0 * jax.random.normal(jax.random.key(2), (1, 100, like.size(WIDTH)))
    params = params.at[..., : 2 * WIDTH].set(0.0)
    x = jax.vmap(lambda key, p: like.sample({}, key, p, p[:1, None, :WIDTH]), (0, 1), 1)(
        jax.random.split(jax.random.key(3), 100), params
    )
    args = {}, params, x, x[:, :1]
    off = np.abs(rounded(like.log_prob, bits)(*args) - like.log_prob(*args)).mean() / WIDTH
    assert off < NATS


def test_what_the_past_says_has_all_digits():
    """Neither classic prediction nor features of a frame have a rough product, nor have their gradients."""
    x = sound(800)

    def total(x):
        return sum(part.sum() for part in jax.tree.leaves((known(x, CLASSIC), features(x.reshape(4, 200)))))

    assert rough_products(jax.value_and_grad(total), x) == []


def test_the_path_without_noise_lies_on_its_means():
    """The sampler and the parallel pass round alike: a sample made at temperature 0 has the mean of a component."""
    like = likelihood("samplewise", **SMALL)
    weights, params, _, past = given(like, WIDTH)
    params = params[:, :1]
    x = rounded(like.mean)(weights, params[:, 0], past)[:, None]
    found = rounded(lambda *args: mixtures(*args, CLASSIC))(weights, params, x, past)
    gap = np.abs(found.x[..., None] - found.mean).min(-1)
    assert gap.max() < 1e-3 * np.abs(x).max()
