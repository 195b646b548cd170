"""What every density must keep that takes sound sample by sample: exact, causal, alike in both executions."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import integrate, stats

from swn_jax.dists import sample_mixture
from swn_jax.ops.time import histories

WIDTH = 8


class Rig:
    """A density with weights in general position, parameters, frames of a coloured signal, and their past.

    `mixtures(weights, params, x, past)` are those of all samples, with scales bounded, [B, N, K].
    """

    def __init__(self, like, mixtures, frames=3, rows=2):
        rng = np.random.default_rng(0)
        self.like = like._replace(log_prob=jax.jit(like.log_prob), sample=jax.jit(like.sample), mean=jax.jit(like.mean))
        self.mixtures_of = jax.jit(mixtures)
        fresh = like.init(jax.random.key(0), WIDTH)
        self.weights = jax.tree.map(lambda a: jnp.asarray(0.3 * rng.normal(size=a.shape), jnp.float32), fresh)
        memory = like.memory(WIDTH)
        walk = np.cumsum(rng.normal(size=(rows, (memory + frames) * WIDTH)), axis=1)
        x = 0.3 * (walk - 0.9 * np.pad(walk, ((0, 0), (5, 0)))[:, :-5])
        x = jnp.asarray(x.reshape(rows, memory + frames, WIDTH), jnp.float32)
        self.x, self.past = x[:, memory:], x[:, :memory]
        self.params = jnp.asarray(rng.normal(size=(rows, frames, like.size(WIDTH))), jnp.float32)

    @property
    def given(self):
        return self.weights, self.params, self.x, self.past

    @property
    def certain(self):
        """Parameters of frames that leave no draw but that of each sample."""
        return self.params

    def log_density(self, found, kept=slice(None)):
        """Of frames [B, T], in numpy, with only some of the samples of each counted."""
        e, logit, mean, log_scale = (np.asarray(a, np.float64) for a in found)
        share = np.exp(logit) / np.exp(logit).sum(-1, keepdims=True)
        density = (share * stats.norm.pdf(e[..., None], mean, np.exp(log_scale))).sum(-1)
        return np.log(density).reshape(self.x.shape)[..., kept].sum(-1)

    def mixtures(self, x=None):
        return self.mixtures_of(self.weights, self.params, self.x if x is None else x, self.past)


def a_sequence_is_its_frames_one_by_one(r):
    whole = r.like.log_prob(*r.given)
    each = r.like.log_prob(r.weights, r.params[:, :, None], r.x[:, :, None], histories(r.x, r.past))[..., 0]
    np.testing.assert_allclose(whole, each, rtol=1e-4, atol=1e-4)


def the_density_of_each_sample_is_a_mixture(r):
    expected = r.log_density(r.mixtures())
    np.testing.assert_allclose(r.like.log_prob(*r.given), expected, rtol=1e-4, atol=1e-3)


def no_sample_sees_itself_or_the_future(r):
    """The residual moves one to one with its own sample, and nothing with later ones: the Jacobian is 1."""
    x = r.x[:1].reshape(-1)

    def of(x):
        found = r.mixtures(jnp.concatenate([x.reshape(r.x[:1].shape), r.x[1:]]))
        return found.x[0], jnp.concatenate([found.logit[0], found.mean[0], found.log_scale[0]], -1)

    by_residual, by_mixture = jax.jacrev(of)(x)
    np.testing.assert_allclose(np.triu(by_residual), np.eye(len(x)), atol=1e-6)
    for i in range(len(x)):
        assert not np.asarray(by_mixture)[i, :, i:].any()
    assert np.abs(np.asarray(by_mixture)[5:]).max(axis=(1, 2)).all()


def a_frame_integrates_to_one_along_its_last_sample(r):
    found = r.mixtures()
    others = r.log_density(found, slice(-1))[0, -1]
    e, _, mean, log_scale = (np.asarray(a[0, -1], np.float64) for a in found)  # of the last sample
    wide = np.linspace(-9, 9, 101)
    near = np.sort((mean[:, None] + np.exp(log_scale)[:, None] * wide).ravel())
    grid = float(r.x[0, -1, -1]) + near - e
    past = histories(r.x, r.past)[0, -1]

    def log_prob(value):
        x = r.x[0, -1].at[-1].set(value)
        return r.like.log_prob(r.weights, r.params[0, -1:], x[None], past)[0]

    density = np.exp(
        np.asarray(jax.lax.map(log_prob, jnp.asarray(grid, jnp.float32), batch_size=200), np.float64) - others
    )
    np.testing.assert_allclose(integrate.trapezoid(density, grid), 1.0, rtol=1e-3)


def samples_come_from_these_mixtures(r):
    draws_are_of(r, r.certain, 0)


def draws_are_of(r, params, component):
    """Where every draw is one scale above the mean of its first component, so it is when the frame is given.

    `params` leave no draw but that of each sample; `component` is the first of their mixture, among all that there are.
    """

    def above(law, key, logit, mean, log_scale, temperature):
        return mean[..., 0] + jnp.exp(log_scale[..., 0])

    def drawn(params, past):  # a function of its own: what jax knows of `sample` draws otherwise
        return r.like.sample.__wrapped__(r.weights, jax.random.key(0), params, past)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sample_mixture, "draw", above)
        x = jax.jit(drawn)(params[:, 0], r.past)
    e, _, mean, log_scale = r.mixtures(jnp.concatenate([x[:, None], r.x[:, 1:]], axis=1))
    z = ((e - mean[..., component]) * jnp.exp(-log_scale[..., component]))[:, :WIDTH]
    np.testing.assert_allclose(z, 1.0, rtol=1e-3)


PROPERTIES = pytest.mark.parametrize(
    "holds",
    [
        a_sequence_is_its_frames_one_by_one,
        the_density_of_each_sample_is_a_mixture,
        no_sample_sees_itself_or_the_future,
        a_frame_integrates_to_one_along_its_last_sample,
        samples_come_from_these_mixtures,
    ],
    ids=lambda function: function.__name__,
)
