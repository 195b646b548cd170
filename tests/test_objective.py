"""The bounds by hand, and on a state-space model whose likelihood is known."""

import itertools

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from swn_jax.dists import gaussian
from swn_jax.errors import SwnError
from swn_jax.objective import batch_totals, by_layer, elbo, iwae, loss, sequence_totals
from swn_jax.types import Terms

RNG = np.random.default_rng(0)
MASK = np.array([[1, 1, 1], [1, 0, 0]], np.float32)


def some_terms(*leading: int) -> Terms:
    log_px, kl, ratio = (RNG.normal(size=(*leading, 2, 3, *n)).astype(np.float32) for n in ((), (4,), (4,)))
    aux, at_floor = np.zeros((*leading, 2, 3, 0), np.float32), np.zeros((*leading, 2, 3), bool)
    return Terms(*map(jnp.asarray, (log_px, kl, ratio, aux, at_floor)))


@pytest.mark.parametrize("beta", [None, 0.0, 0.3])
def test_elbo_by_hand(beta):
    terms = some_terms()
    expected = ((np.asarray(terms.log_px) - (1 if beta is None else beta) * np.asarray(terms.kl).sum(-1)) * MASK).sum(1)
    args = () if beta is None else (beta,)
    np.testing.assert_allclose(elbo(terms, jnp.asarray(MASK), *args), expected, rtol=1e-5)


def test_each_sequence_may_have_its_own_weight():
    """Also where there are as many sequences as frames, along which jax would broadcast it."""
    terms = jax.tree.map(lambda a: jnp.concatenate([a, a[:1]]), some_terms())
    mask, beta = jnp.ones((3, 3)), jnp.array([0.0, 0.5, 1.0])
    expected = np.asarray(terms.log_px).sum(1) - np.asarray(beta) * np.asarray(terms.kl).sum((1, 2))
    np.testing.assert_allclose(elbo(terms, mask, beta), expected, rtol=1e-5)
    draws = jax.tree.map(lambda a: jnp.stack([a, a]), terms)
    np.testing.assert_allclose(elbo(draws, mask, beta), [expected, expected], rtol=1e-5)


def test_weights_of_other_shapes_are_refused():
    terms = some_terms()
    for beta in (jnp.zeros(3), jnp.zeros(1)):
        with pytest.raises(SwnError, match=r"beta: found shape \[[13]\], wanted one number or 2, one per sequence"):
            elbo(terms, jnp.asarray(MASK), beta)


def test_free_nats_by_hand_and_without_a_gradient_below():
    """Of layers of 1 and 3 dimensions the KL counts from `free_nats` a frame on, over the frames of a sequence."""
    terms = some_terms()._replace(kl=jnp.asarray(RNG.gamma(1.0, 0.3, size=(2, 3, 4)), jnp.float32))
    kl = (np.asarray(terms.kl) * MASK[..., None]).sum(1)
    layers, least = np.stack([kl[:, 0], kl[:, 1:].sum(1)], 1), 0.5 * MASK.sum(1, keepdims=True)
    assert {True, False} == set((layers > least).ravel().tolist())
    expected = 0.7 * np.maximum(layers, least).sum() - (np.asarray(terms.log_px) * MASK).sum()

    def of(kl):
        return loss(terms._replace(kl=kl), jnp.asarray(MASK), 0.7, 0.0, 0.5, (1, 3))

    value, slope = jax.value_and_grad(of)(terms.kl)
    np.testing.assert_allclose(value, expected, rtol=1e-5)
    counts = np.repeat(layers > least, [1, 3], axis=1)[:, None] * MASK[..., None]
    np.testing.assert_allclose(slope, 0.7 * counts, rtol=1e-5)


@pytest.mark.parametrize(("bound", "draws"), [(elbo, ()), (iwae, (4,)), (sequence_totals, ())])
def test_a_mask_is_not_broadcast(bound, draws):
    terms = some_terms(*draws)
    with pytest.raises(SwnError, match=r"mask: found shape \[1, 3\], wanted \[2, 3\]"):
        bound(terms, jnp.asarray(MASK[:1]))


def test_a_mask_weighs():
    """A frame of weight 2 counts twice, one of 1/2 half, in every sum: as if it were there so often."""
    terms, weights = some_terms(), jnp.array([[2.0, 0.5, 0.0], [1.0, 0.0, 3.0]])
    per_frame = np.asarray(terms.log_px - terms.kl.sum(-1))
    np.testing.assert_allclose(elbo(terms, weights), (per_frame * weights).sum(1), rtol=1e-5)
    of_kl = (np.asarray(terms.kl) * np.asarray(weights)[..., None]).sum(1)
    np.testing.assert_allclose(sequence_totals(terms, weights).kl, of_kl, rtol=1e-5)
    np.testing.assert_allclose(batch_totals(terms, weights).kl, of_kl.sum(0), rtol=1e-5)
    assert float(batch_totals(terms, weights).frames) == 6.5
    np.testing.assert_allclose(loss(terms, weights, 1.0, 0.0), -(per_frame * weights).sum(), rtol=1e-5)


def test_layers_of_another_model_are_refused():
    with pytest.raises(SwnError, match=r"latents: found 5 numbers in \[2, 3\], wanted 6"):
        by_layer(jnp.zeros((2, 6)), (2, 3))


def test_elbo_takes_a_traced_weight_and_maps_over_draws():
    terms = some_terms(5)
    both = jax.jit(jax.vmap(elbo, (0, None, None)))(terms, jnp.asarray(MASK), jnp.float32(0.3))
    for k in range(5):
        one = jax.tree.map(lambda a, k=k: a[k], terms)
        np.testing.assert_allclose(both[k], elbo(one, jnp.asarray(MASK), 0.3), rtol=1e-5)


def test_iwae_by_hand():
    terms = some_terms(6)
    log_w = ((np.asarray(terms.log_px) - np.asarray(terms.log_ratio).sum(-1)) * MASK).sum(-1)
    np.testing.assert_allclose(iwae(terms, jnp.asarray(MASK)), np.log(np.exp(log_w).mean(0)), rtol=1e-5)


def test_iwae_of_one_draw_is_its_weight():
    terms = some_terms(1)
    expected = ((terms.log_px[0] - terms.log_ratio[0].sum(-1)) * MASK).sum(-1)
    np.testing.assert_allclose(iwae(terms, jnp.asarray(MASK)), expected, rtol=1e-5)


def test_iwae_does_not_overflow():
    terms = some_terms(4)._replace(log_px=jnp.full((4, 2, 3), 5e4))
    assert np.isfinite(iwae(terms, jnp.asarray(MASK))).all()


def test_padding_is_not_counted():
    terms = some_terms(3)
    poisoned = [jnp.where(MASK.reshape(1, 2, 3, *[1] * (a.ndim - 3)) > 0, a, jnp.nan) for a in terms[:3]]
    poisoned = Terms(*poisoned, *terms[3:])
    for bound in (jax.vmap(elbo, (0, None)), iwae):
        np.testing.assert_array_equal(bound(poisoned, jnp.asarray(MASK)), bound(terms, jnp.asarray(MASK)))


def test_by_layer_sums_each_layers_numbers():
    numbers = jnp.arange(12.0).reshape(2, 6)
    np.testing.assert_array_equal(by_layer(numbers, (1, 2, 3)), [[0, 3, 12], [6, 15, 30]])
    np.testing.assert_array_equal(by_layer(jnp.array([True, True, False]).astype(jnp.int32), (2, 1)), [2, 0])
    assert by_layer(jnp.zeros((2, 0)), ()).shape == (2, 0)


# z_t = A z_{t-1} + Q e, x_t = z_t + R e: every density of it is a Gaussian that numpy can write down
T, A, Q, R = 6, 0.8, 0.7, 0.4
X = np.random.default_rng(3).normal(size=T) * 1.2


def exact() -> tuple[float, np.ndarray, np.ndarray, np.ndarray]:
    """log p(x) and p(z_t | z_{t-1}, x) as weight of z_{t-1}, offset and standard deviation, from the joint Gaussian."""
    to_z = np.array([[A ** (t - s) * (s <= t) for s in range(T)] for t in range(T)])
    cov = Q**2 * to_z @ to_z.T
    total = cov + R**2 * np.eye(T)
    log_px = -0.5 * (X @ np.linalg.solve(total, X) + np.linalg.slogdet(2 * np.pi * total)[1])
    gain = cov @ np.linalg.inv(total)
    mean, post = gain @ X, cov - gain @ cov
    weight = np.array([0.0] + [post[t, t - 1] / post[t - 1, t - 1] for t in range(1, T)])
    offset = np.array([mean[0]] + [mean[t] - weight[t] * mean[t - 1] for t in range(1, T)])
    var = np.array([post[0, 0]] + [post[t, t] - weight[t] ** 2 * post[t - 1, t - 1] for t in range(1, T)])
    return log_px, weight, offset, np.sqrt(var)


def toy_terms(noise, shift: float, widen: float) -> Terms:
    """The terms of draws [K, T] from the exact posterior, its mean shifted and its scale widened."""
    _, weight, offset, scale = exact()
    z = jnp.zeros(len(noise))
    parts = []
    for t in range(T):
        q = weight[t] * z + offset[t] + shift, jnp.full_like(z, np.log(scale[t] * widen))
        p = A * z, jnp.full_like(z, np.log(Q))
        z = gaussian.draw(*q, noise[:, t])
        log_px = gaussian.log_prob(jnp.full_like(z, X[t]), z, jnp.full_like(z, np.log(R)))
        parts.append((log_px, gaussian.kl(*q, *p), gaussian.log_prob(z, *q) - gaussian.log_prob(z, *p)))
    log_px, kl, ratio = (jnp.stack(part, axis=-1)[:, None] for part in zip(*parts, strict=True))
    empty = jnp.zeros((*log_px.shape, 0))
    return Terms(log_px, kl[..., None], ratio[..., None], empty, jnp.zeros(log_px.shape, bool))


@pytest.fixture(scope="module")
def noise():
    return jax.random.normal(jax.random.key(0), (64 * 200, T))


def bounds(terms: Terms) -> dict[int, tuple[float, float]]:
    """Mean and standard error of the bounds by number of draws; 0 stands for the ELBO."""
    mask = jnp.ones((1, T))
    values = {0: np.asarray(jax.vmap(elbo, (0, None))(terms, mask))}
    for k in (1, 8, 64):
        groups = jax.tree.map(lambda a, k=k: a.reshape(len(a) // k, k, *a.shape[1:]), terms)
        values[k] = np.asarray(jax.vmap(iwae, in_axes=(0, None))(groups, mask))
    return {k: (float(v.mean()), float(v.std() / np.sqrt(v.size))) for k, v in values.items()}


def test_the_bounds_are_ordered_below_the_likelihood(noise):
    log_px = exact()[0]
    bound = bounds(toy_terms(noise, shift=0.15, widen=1.4))
    for (lower, error), (upper, error_up) in itertools.pairwise([bound[0], bound[8], bound[64]]):
        assert lower + 3 * error < upper - 3 * error_up
    assert bound[64][0] < log_px + 3 * bound[64][1]
    assert abs(bound[0][0] - bound[1][0]) < 4 * (bound[0][1] + bound[1][1])
    assert log_px - bound[64][0] < 0.1
    assert log_px - bound[0][0] > 0.3


def test_the_bounds_of_the_exact_posterior_are_the_likelihood(noise):
    log_px = exact()[0]
    terms = toy_terms(noise, shift=0.0, widen=1.0)
    for mean, error in bounds(terms).values():
        assert abs(mean - log_px) < 1e-4 + 4 * error
    np.testing.assert_allclose(iwae(jax.tree.map(lambda a: a[:1], terms), jnp.ones((1, T))), log_px, rtol=1e-5)
