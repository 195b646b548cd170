"""The density of a frame as the head of a model emits it."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from alone import alone
from scipy import fft, special, stats

from swn_jax.dists.likelihood import gaussian, likelihood, pen
from swn_jax.errors import SwnError
from swn_jax.ops.bounds import bounded

RNG = np.random.default_rng(0)
MEAN, RAW, X = (RNG.normal(size=(4, 3)).astype(np.float32) for _ in range(3))
PARAMS = jnp.asarray(np.concatenate([MEAN, RAW], axis=-1))


def test_a_frame_is_the_sum_of_its_numbers():
    """Raw log-scales near zero are the log-scales themselves."""
    like = alone(gaussian())
    assert like.size(3) == 6
    expected = stats.norm.logpdf(X, MEAN, np.exp(RAW)).sum(-1)
    np.testing.assert_allclose(like.log_prob(PARAMS, jnp.asarray(X)), expected, rtol=1e-3)


def test_the_floor_bounds_the_density():
    params = jnp.array([0.0, -500.0])
    np.testing.assert_allclose(
        alone(gaussian(floor=-12.0)).log_prob(params, jnp.zeros(1)), 12 - 0.5 * np.log(2 * np.pi), 1e-4
    )
    np.testing.assert_allclose(
        alone(gaussian(floor=-3.0)).log_prob(params, jnp.zeros(1)), 3 - 0.5 * np.log(2 * np.pi), 0.03
    )


def test_floored_frames_are_those_with_a_scale_at_the_floor():
    means = np.full((5, 2), -50.0)
    raw = np.array([[0.0, 0.0], [-30.0, 0.0], [5.0, -14.5], [-9.0, -9.0], [-30.0, -30.0]])
    params = jnp.asarray(np.concatenate([means, raw], axis=-1), jnp.float32)
    assert alone(gaussian(floor=-12.0)).at_floor(params).tolist() == [False, True, True, False, True]
    assert alone(gaussian(floor=-40.0, ceiling=40.0)).at_floor(params).tolist() == [False] * 5


def test_samples_follow_the_density_at_every_temperature():
    params = jnp.broadcast_to(jnp.array([1.0, -2.0, -0.5, 0.7]), (20000, 4))
    key = jax.random.key(0)
    for temperature in (1.0, 0.5):
        x = np.asarray(alone(gaussian()).sample(key, params, temperature))
        np.testing.assert_allclose(x.mean(0), [1.0, -2.0], atol=0.05)
        np.testing.assert_allclose(x.std(0), temperature * np.exp([-0.5, 0.7]), rtol=0.03)
    np.testing.assert_array_equal(alone(gaussian()).sample(key, params, 0.0), np.broadcast_to([1.0, -2.0], (20000, 2)))


@pytest.mark.parametrize(("floor", "ceiling"), [(0.0, 12.0), (-1.0, 0.0), (2.0, -2.0), (float("nan"), 1.0)])
def test_bounds_without_room_for_the_start(floor, ceiling):
    with pytest.raises(SwnError, match="wanted floor < 0 < ceiling"):
        gaussian(floor, ceiling)


@pytest.mark.parametrize("width", [1, 3, 200])
def test_the_basis_of_cosines_is_a_rotation_of_the_samples(width):
    """A diagonal Gaussian of the coefficients is one of the samples with a full covariance, in nats per frame too."""
    rng = np.random.default_rng(width)
    mean, log_scale, x = rng.normal(size=(4, width)), 0.5 * rng.normal(size=(4, width)), rng.normal(size=(4, width))
    by_dct = stats.norm.logpdf(fft.dct(x, norm="ortho"), mean, np.exp(log_scale)).sum(-1)
    axes = fft.idct(np.eye(width), norm="ortho").T  # its columns
    covariances = [axes @ np.diag(np.exp(2 * row)) @ axes.T for row in log_scale]
    by_samples = [stats.multivariate_normal.logpdf(*row) for row in zip(x, mean @ axes.T, covariances, strict=True)]
    np.testing.assert_allclose(by_dct, by_samples, rtol=1e-9)
    like = alone(gaussian(-40.0, 40.0, basis="dct"))
    params = np.concatenate([mean, log_scale], -1)
    np.testing.assert_allclose(like.log_prob(*map(jnp.float32, (params, x))), by_dct, rtol=1e-4)
    np.testing.assert_allclose(like.mean(jnp.float32(params)), mean @ axes.T, rtol=1e-4, atol=1e-5)
    with jax.enable_x64(True):
        np.testing.assert_allclose(like.log_prob(*map(jnp.asarray, (params, x))), by_dct, rtol=1e-12)


def test_samples_of_cosines_follow_their_density_at_every_temperature():
    like, params = (
        alone(gaussian(basis="dct")),
        jnp.broadcast_to(jnp.array([1.0, -2.0, 0.5, -0.5, 0.7, 0.0]), (20000, 6)),
    )
    axes = fft.idct(np.eye(3), norm="ortho").T
    for temperature in (1.0, 0.5):
        x = np.asarray(like.sample(jax.random.key(0), params, temperature), np.float64)
        np.testing.assert_allclose(x.mean(0), axes @ [1.0, -2.0, 0.5], atol=0.05)
        expected = temperature**2 * axes @ np.diag(np.exp([-1.0, 1.4, 0.0])) @ axes.T
        np.testing.assert_allclose(np.cov(x.T), expected, atol=0.06 * temperature**2)
    np.testing.assert_array_equal(like.sample(jax.random.key(0), params, 0.0), like.mean(params))


def pen_params(components, seed=0):
    """Random parameters of four frames, by name and as the head emits them."""
    random = np.random.default_rng(seed)
    parts = {
        "logit": random.normal(size=(4, 1)), "weight": random.normal(size=(4, components)),
        "mean": random.normal(size=(4, components, 2)), "scale": random.normal(size=(4, components, 2)),
        "fisher": random.normal(size=(4, components)),
    }  # fmt: skip
    # what the head emits; the likelihood then sets the components apart along a diagonal
    flat = [part.reshape(4, -1) for name, part in parts.items() if name != "weight" or components > 1]
    params = jnp.asarray(np.concatenate(flat, -1), jnp.float32)
    apart = np.linspace(-1, 1, components)[:, None] / np.sqrt(2) if components > 1 else 0.0
    return parts | {"mean": parts["mean"] + apart}, params


def pen_by_scipy(parts, x):
    total = []
    for t in range(4):
        weights = np.exp(parts["weight"][t]) / np.exp(parts["weight"][t]).sum()
        density = 0.0
        for k, share in enumerate(weights):
            (s1, s2), r = np.exp(parts["scale"][t, k]), np.tanh(parts["fisher"][t, k])
            covariance = [[s1 * s1, r * s1 * s2], [r * s1 * s2, s2 * s2]]
            density += share * stats.multivariate_normal.pdf(x[t, 1:], parts["mean"][t, k], covariance)
        bit = stats.bernoulli.logpmf(int(x[t, 0]), 1 / (1 + np.exp(-parts["logit"][t, 0])))
        total.append(np.log(density) + bit)
    return np.array(total)


@pytest.mark.parametrize("components", [1, 5])
def test_the_pen_against_scipy(components):
    parts, params = pen_params(components)
    x = np.concatenate([[[0.0], [1.0], [1.0], [0.0]], RNG.normal(size=(4, 2))], -1)
    assert pen(components).size(3) == params.shape[-1] == (6 if components == 1 else 1 + 6 * components)
    found = alone(pen(components, floor=-30.0, ceiling=30.0)).log_prob(params, jnp.asarray(x, jnp.float32))
    # the soft bound of the Fisher z moves it by log(1 + exp(|z| - 4)), 5 % at |z| = 1
    narrow = jnp.asarray(np.where(np.abs(parts["fisher"]) < 9, parts["fisher"], 0))
    parts["fisher"] = np.asarray(bounded(narrow.astype(jnp.float32), -4.0, 4.0), np.float64)
    np.testing.assert_allclose(found, pen_by_scipy(parts, x), rtol=1e-4)


def test_the_pen_is_a_density():
    """Summed over the bit and a fine grid of offsets it is 1."""
    _, params = pen_params(3, seed=1)
    params = params.at[:, 10:16].multiply(0.3)  # scales that a grid can hold
    step = 0.05
    axis = np.arange(-9, 9, step)
    grid = np.stack(np.meshgrid([0.0, 1.0], axis, axis, indexing="ij"), -1).reshape(-1, 3)
    density = jnp.exp(
        alone(pen(3)).log_prob(jnp.broadcast_to(params[:1], (len(grid), 19)), jnp.asarray(grid, jnp.float32))
    )
    assert float(density.sum()) * step * step == pytest.approx(1.0, abs=2e-3)


def test_a_nearly_certain_correlation_keeps_its_digits():
    params = jnp.array([0.0, 0.0, 0.0, 0.0, 0.0, 50.0])
    r = np.tanh(float(bounded(jnp.float32(50.0), -4.0, 4.0)))
    x = np.array([0.0, 1.0, 1.0])
    expected = stats.multivariate_normal.logpdf(x[1:], [0, 0], [[1, r], [r, 1]]) + np.log(0.5)
    np.testing.assert_allclose(alone(pen()).log_prob(params, jnp.asarray(x, jnp.float32)), expected, rtol=1e-3)
    gradient = jax.grad(lambda p: alone(pen()).log_prob(p, jnp.array([1.0, 30.0, -30.0])))(params * 2)
    assert np.isfinite(gradient).all()


def test_ink_samples_follow_the_density():
    parts, params = pen_params(2, seed=3)
    many = jnp.broadcast_to(params[0], (40000, 13))
    x = np.asarray(alone(pen(2), 3).sample(jax.random.key(0), many, 1.0), np.float64)
    weights = np.exp(parts["weight"][0]) / np.exp(parts["weight"][0]).sum()
    mean = weights @ parts["mean"][0]
    assert set(x[:, 0]) == {0.0, 1.0}
    assert x[:, 0].mean() == pytest.approx(1 / (1 + np.exp(-parts["logit"][0, 0])), abs=0.01)
    scales = np.exp(parts["scale"][0])
    fisher = np.asarray(bounded(jnp.asarray(parts["fisher"][0], jnp.float32), -4.0, 4.0), np.float64)
    second = sum(
        w * (np.outer(m, m) + np.array([[s[0] ** 2, r * s[0] * s[1]], [r * s[0] * s[1], s[1] ** 2]]))
        for w, m, s, r in zip(weights, parts["mean"][0], scales, np.tanh(fisher), strict=True)
    )
    np.testing.assert_allclose(x[:, 1:].mean(0), mean, atol=0.03)
    np.testing.assert_allclose(np.cov(x[:, 1:].T), second - np.outer(mean, mean), rtol=0.05, atol=0.03)
    cold = np.asarray(alone(pen(2), 3).sample(jax.random.key(1), many[:8], 0.0))
    likely = parts["mean"][0][np.argmax(parts["weight"][0])]
    np.testing.assert_allclose(cold, np.broadcast_to([parts["logit"][0, 0] > 0, *likely], (8, 3)), rtol=1e-5)


@pytest.mark.parametrize("state", [0.0, 1.0, 2.0])
def test_a_pen_that_ends_has_three_states_of_scipys_softmax(state):
    """The law of the offset is that of the pen without."""
    _, params = pen_params(2, seed=4)
    ends = jnp.asarray(RNG.normal(size=(4, 1)), jnp.float32)
    both = jnp.concatenate([params[:, :1], ends, params[:, 1:]], -1)
    assert pen(2, end=True).size(3) == both.shape[-1] == 14
    x = jnp.asarray(np.concatenate([np.full((4, 1), state), RNG.normal(size=(4, 2))], -1), jnp.float32)
    offset = alone(pen(2)).log_prob(params, x.at[:, 0].set(0)) + jax.nn.softplus(params[:, 0])
    logits = np.concatenate([np.zeros((4, 1)), both[:, :2]], -1)
    found = alone(pen(2, end=True)).log_prob(both, x)
    np.testing.assert_allclose(found, special.log_softmax(logits, axis=-1)[:, int(state)] + offset, rtol=1e-5)


@pytest.mark.parametrize("temperature", [1.0, 0.3])
def test_states_of_a_pen_that_ends_are_drawn_as_often_as_they_should_be(temperature):
    """Whatever the temperature of the offsets, up to 0, where the likeliest one is drawn."""
    like, params = alone(pen(end=True), 3), jnp.array([1.0, -0.5, 0.0, 0.0, 0.0, 0.0, 0.0])
    x = np.asarray(like.sample(jax.random.key(0), jnp.broadcast_to(params, (40000, 7)), temperature))
    np.testing.assert_allclose(x[:, 1:].std(0), temperature, rtol=0.02)
    shares = [(x[:, 0] == state).mean() for state in (0, 1, 2)]
    np.testing.assert_allclose(shares, special.softmax([0, 1.0, -0.5]), atol=0.01)
    assert float(like.mean(params)[0]) == 1.0 == float(like.sample(jax.random.key(1), params, 0.0)[0])
    assert float(like.mean(params.at[1].set(2.0))[0]) == 2.0


def test_frames_of_ink_at_the_floor():
    params = jnp.zeros((3, 13)).at[1, 9].set(-40.0).at[2, 12].set(-40.0)  # a log-scale; a Fisher z
    assert alone(pen(2), 3).at_floor(params).tolist() == [False, True, False]


@pytest.mark.parametrize(("call", "words"), [
    (lambda: pen(0), "found components=0"),
    (lambda: pen(1, floor=1.0), "wanted floor < 0 < ceiling"),
    (lambda: pen().size(200), "found a width of 200"),
    (lambda: gaussian(basis="dtc"), "no basis of the gaussian 'dtc': did you mean 'dct'"),
    (lambda: likelihood("pen", basis="dct"), "no field of the likelihood pen 'basis'"),
    (lambda: likelihood("penn"), "did you mean 'pen'"),
    (lambda: likelihood("gaussian", components=2), "no field of the likelihood gaussian 'components'"),
])  # fmt: skip
def test_what_cannot_be(call, words):
    with pytest.raises(SwnError, match=words):
        call()
