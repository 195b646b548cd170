"""Linear prediction against scipy and numpy: its filters, its density, the past, samples, extremes."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from alone import alone
from scipy import linalg, signal, stats

from swn_jax.dists.likelihood import gaussian, likelihood, linear_prediction
from swn_jax.dists.linear_prediction import driven, step_up
from swn_jax.errors import SwnError

SHAPES = pytest.mark.parametrize(("order", "width", "gains"), [(3, 6, 0), (5, 2, 1), (8, 4, 2), (1, 1, 0)])
ROWS, FRAMES = 3, 4


def parts_of(order, width, gains, seed=0):
    """Reflection coefficients, means and log-scales [ROWS, FRAMES, .], and the parameters that the head emits."""
    rng = np.random.default_rng(seed)
    sizes = order, width, gains or width
    raw, mean, log_scale = (s * rng.normal(size=(ROWS, FRAMES, n)) for s, n in zip((0.6, 1, 0.4), sizes, strict=True))
    per_sample = np.repeat(log_scale, width // sizes[-1], -1)
    return 0.999 * np.tanh(raw), mean, per_sample, np.concatenate([raw, mean, log_scale], -1)


def sound(order, width, seed=1):
    """Frames, and the frames before them."""
    rng = np.random.default_rng(seed)
    return rng.normal(size=(ROWS, FRAMES, width)), rng.normal(size=(ROWS, -(-order // width), width))


def textbook(reflection):
    """The coefficients of one filter, by lists that grow (Makhoul 1975, eq. 38)."""
    a = []
    for r in reflection:
        a = [*(a[j] - r * a[-1 - j] for j in range(len(a))), r]
    return np.array(a)


def moments(reflection, mean, log_scale, before):
    """Mean and covariance of a frame given the samples before it, from the matrix of its filter."""
    order, width = len(reflection), len(mean)
    filters = np.zeros((width, order + width))
    for i in range(width):
        filters[i, i : i + order + 1] = [*-textbook(reflection)[::-1], 1.0]
    inverse = np.linalg.inv(filters[:, order:])
    covariance = inverse @ np.diag(np.exp(2 * log_scale)) @ inverse.T
    return inverse @ (mean - filters[:, :order] @ before[len(before) - order :]), covariance


def histories(x, past):
    """The samples before each frame."""
    for b, t in np.ndindex(ROWS, FRAMES):
        yield b, t, np.concatenate([past[b].ravel(), x[b, :t].ravel()])


def test_reflection_coefficients_are_the_partial_autocorrelations():
    """The last coefficient of the best predictor of each order, by Levinson's recursion of scipy."""
    r = 0.9 * np.tanh(np.random.default_rng(0).normal(size=6))
    with jax.enable_x64(True):
        a = np.asarray(step_up(jnp.asarray(r)))
    response = signal.lfilter([1.0], [1.0, *-a], np.eye(1, 20000)[0])
    covariance = np.array([response[: len(response) - k] @ response[k:] for k in range(7)])
    predictors = [linalg.solve_toeplitz(covariance[:m], covariance[1 : m + 1]) for m in range(1, 7)]
    np.testing.assert_allclose([predictor[-1] for predictor in predictors], r, rtol=1e-9)
    np.testing.assert_allclose(predictors[-1], a, rtol=1e-9)


@pytest.mark.parametrize("order", [1, 2, 5, 16])
def test_the_roots_of_every_filter_lie_inside_the_unit_circle(order):
    with jax.enable_x64(True):
        r = np.tanh(np.random.default_rng(order).normal(size=(200, order)))
        radii = [np.abs(np.roots([1.0, *-a])).max() for a in np.asarray(step_up(jnp.asarray(r)))]
        assert max(radii) < 1
        r[:, -1] = 1.001
        radii = [np.abs(np.roots([1.0, *-a])).max() for a in np.asarray(step_up(jnp.asarray(r)))]
        assert min(radii) > 1


@SHAPES
def test_a_frame_is_the_gaussian_of_its_filter(order, width, gains):
    *parts, params = parts_of(order, width, gains)
    x, past = sound(order, width)
    model = linear_prediction(order, gains, floor=-40.0, ceiling=40.0)
    assert model.size(width) == params.shape[-1]
    assert model.memory(width) == past.shape[1]
    expected = np.zeros((ROWS, FRAMES))
    for b, t, before in histories(x, past):
        mean, covariance = moments(*(part[b, t] for part in parts), before)
        expected[b, t] = stats.multivariate_normal.logpdf(x[b, t], mean, covariance)
    np.testing.assert_allclose(model.log_prob({}, *map(jnp.float32, (params, x, past))), expected, rtol=1e-4)
    with jax.enable_x64(True):
        np.testing.assert_allclose(model.log_prob({}, *map(jnp.asarray, (params, x, past))), expected, rtol=1e-10)


@pytest.mark.parametrize(
    ("name", "law"), [("gaussian", stats.norm), ("logistic", stats.logistic), ("student", stats.t(4))]
)
def test_what_the_filter_leaves_has_the_law_that_is_asked_for(name, law):
    reflection, mean, log_scale, params = parts_of(3, 6, 2)
    x, past = sound(3, 6)
    model = linear_prediction(3, 2, floor=-40.0, ceiling=40.0, law=name)
    expected = np.zeros((ROWS, FRAMES))
    for b, t, before in histories(x, past):
        left = signal.lfilter([1.0, *-textbook(reflection[b, t])], [1.0], np.concatenate([before, x[b, t]]))[-6:]
        z = (left - mean[b, t]) * np.exp(-log_scale[b, t])
        expected[b, t] = (law.logpdf(z) - log_scale[b, t]).sum()
    np.testing.assert_allclose(model.log_prob({}, *map(jnp.float32, (params, x, past))), expected, rtol=1e-4)
    one, before = jnp.asarray(params[0, 0], jnp.float32), jnp.asarray(past[0], jnp.float32)
    many = jax.vmap(lambda key: model.sample({}, key, one, before))(jax.random.split(jax.random.key(0), 2000))
    first = (np.asarray(many)[:, 0] - textbook(reflection[0, 0]) @ past[0].ravel()[::-1][:3] - mean[0, 0, 0]) * np.exp(
        -log_scale[0, 0, 0]
    )
    assert stats.kstest(first, law.cdf).pvalue > 1e-3


@SHAPES
def test_a_sequence_is_its_frames_with_the_past_handed_on(order, width, gains):
    params, x, past = map(jnp.float32, (parts_of(order, width, gains)[-1], *sound(order, width)))
    model = linear_prediction(order, gains)
    together, handed, alone_each = model.log_prob({}, params, x, past), past, []
    for t in range(FRAMES):
        alone_each.append(model.log_prob({}, params[:, t : t + 1], x[:, t : t + 1], handed))
        handed = jnp.concatenate([handed[:, 1:], x[:, t : t + 1]], 1)
    np.testing.assert_allclose(together, jnp.concatenate(alone_each, 1), rtol=1e-5)
    assert not np.allclose(together, model.log_prob({}, params, x, 0 * past), rtol=1e-2)
    np.testing.assert_allclose(together[1], model.log_prob({}, params[1], x[1], past[1]), rtol=1e-5)  # no axis of rows


@SHAPES
def test_the_mean_is_exact_and_samples_without_temperature_are_it(order, width, gains):
    *parts, params = parts_of(order, width, gains)
    x, past = sound(order, width)
    model = linear_prediction(order, gains)
    for b, t, before in histories(x, past):
        frames = jnp.asarray(before[len(before) - past[b].size :].reshape(past[b].shape), jnp.float32)
        one = jnp.asarray(params[b, t], jnp.float32)
        mean = model.mean({}, one, frames)
        np.testing.assert_allclose(mean, moments(*(part[b, t] for part in parts), before)[0], rtol=1e-3, atol=1e-4)
        np.testing.assert_array_equal(model.sample({}, jax.random.key(0), one, frames, 0.0), mean)


@pytest.mark.parametrize("temperature", [1.0, 0.5])
def test_samples_follow_the_density_at_every_temperature(temperature):
    *parts, params = parts_of(5, 4, 2, seed=3)
    past, draws = sound(5, 4)[1][0], 40000
    many, before = jnp.broadcast_to(jnp.float32(params[0, 0]), (draws, 11)), jnp.float32(past)
    x = linear_prediction(5, 2).sample(
        {}, jax.random.key(0), many, jnp.broadcast_to(before, (draws, 2, 4)), temperature
    )
    mean, covariance = moments(*(part[0, 0] for part in parts), past.ravel())
    spread = np.sqrt(np.diag(covariance))
    np.testing.assert_allclose(np.asarray(x).mean(0), mean, atol=4 * temperature * spread.max() / draws**0.5)
    error = np.cov(np.asarray(x, np.float64).T) - temperature**2 * covariance
    assert (np.abs(error) < 0.03 * temperature**2 * np.outer(spread, spread)).all()


def test_samples_follow_from_those_before_as_far_back_as_the_order():
    """Order 5 in frames of 3: all of the frame before, the last two samples of the one before that."""
    model, params = linear_prediction(5), jnp.float32(parts_of(5, 3, 0)[-1][0, 0])
    slope = jax.jacrev(lambda past: model.sample({}, jax.random.key(0), params, past))(jnp.zeros((2, 3)))
    np.testing.assert_array_equal(slope[0].ravel() != 0, [False, True, True, True, True, True])
    np.testing.assert_allclose(slope[0].ravel()[1:], step_up(0.999 * jnp.tanh(params[:5]))[::-1], rtol=1e-6)
    first = jax.jacrev(lambda x: model.log_prob({}, params[None], x[None], jnp.zeros((2, 3))))(jnp.ones(3))
    assert np.asarray(first).all()


@pytest.mark.parametrize("gains", [0, 2])
def test_a_head_of_zeros_is_the_gaussian(gains):
    x, past = map(jnp.float32, sound(16, 4))
    model = linear_prediction(gains=gains)
    zeros = jnp.zeros((ROWS, FRAMES, model.size(4)))
    expected = alone(gaussian()).log_prob(jnp.zeros((ROWS, FRAMES, 8)), x)
    np.testing.assert_allclose(model.log_prob({}, zeros, x, past), expected, rtol=1e-6)


SOUNDS = {
    "silence": np.zeros(200), "clipped": np.sign(np.sin(np.arange(200) / 7)) * 3, "far": np.full(200, 1e4),
    "wild": 1e4 * np.random.default_rng(0).normal(size=200),
}  # fmt: skip
EDGES = {"up": np.ones(16), "down": -np.ones(16), "both": (-1.0) ** np.arange(16), "free": np.zeros(16)}


@pytest.mark.parametrize("name", SOUNDS)
@pytest.mark.parametrize("gains", [0, 10])
def test_extremes_stay_finite(name, gains):
    """Reflection coefficients at their edge, scales at their floor and ceiling, any sound."""
    model, x = linear_prediction(gains=gains), jnp.float32(SOUNDS[name])[None]
    run = jax.jit(jax.value_and_grad(lambda params, x, past: model.log_prob({}, params, x, past).sum(), (0, 1, 2)))
    for edge in EDGES.values():
        for raw in (0.0, -1e4, 1e4):
            params = np.concatenate([1e4 * edge, np.zeros(200), np.full(gains or 200, raw)])
            value, grads = run(jnp.float32(params)[None], x, x)
            assert all(np.isfinite(a).all() for a in (value, *grads)), (edge[:2], raw)


def test_a_long_sound_stays_as_loud_as_its_filter_makes_it():
    """In float32 too, frame after frame, at a prediction gain of 60 dB."""
    rng = np.random.default_rng(0)
    r = rng.uniform(-1, 1, size=(50, 16))
    for _ in range(100):  # powers of 1 - r^2 towards the wanted product
        r = np.sign(r) * np.sqrt(1 - (1 - r**2) ** (np.log(1e-6) / np.log(1 - r**2).sum(-1, keepdims=True)))
    a = step_up(jnp.float32(r))

    def frame(past, key):
        x = driven(a, jax.random.normal(key, past.shape), past)
        return x, jnp.abs(x).max(-1)

    _, loudest = jax.lax.scan(frame, jnp.zeros((50, 200)), jax.random.split(jax.random.key(0), 40))
    assert (np.asarray(loudest) < 20 * 1e3).all()


def test_frames_with_a_scale_at_the_floor():
    params = jnp.zeros((2, 3 + 4 + 2)).at[0, :7].set(-50.0).at[1, 8].set(-50.0)
    assert alone(linear_prediction(3, 2), 4).at_floor(params).tolist() == [False, True]


@pytest.mark.parametrize(("call", "words"), [
    (lambda: linear_prediction(0), "found order=0"),
    (lambda: linear_prediction(gains=-1), "found gains=-1"),
    (lambda: linear_prediction(gains=3).size(200), "wanted a divisor of the frame's width 200, or 0"),
    (lambda: linear_prediction(law="studnet"), "no law 'studnet': did you mean 'student'"),
    (lambda: linear_prediction(floor=1.0), "wanted floor < 0 < ceiling"),
    (lambda: likelihood("linear_predictor"), "did you mean 'linear_prediction'"),
    (lambda: likelihood("linear_prediction", gain=2), "did you mean 'gains'"),
])  # fmt: skip
def test_what_cannot_be(call, words):
    with pytest.raises(SwnError, match=words):
        call()
