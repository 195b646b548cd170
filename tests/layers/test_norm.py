"""Norms against numpy; batch statistics over the real frames of all devices."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import linen as nn

from swn_jax.errors import SwnError
from swn_jax.layers.norm import Norm, normed

RNG = np.random.default_rng(0)
X = RNG.normal(size=(4, 6, 3)).astype(np.float32) * 2 + 1
MASK = (np.arange(6) < np.array([[6], [1], [4], [0]])).astype(np.float32)
REAL = X[MASK > 0]


def fresh(kind: str):
    return Norm(kind).init(jax.random.key(0), jnp.asarray(X))


def test_layer_norm_is_over_the_channels_of_a_frame():
    out = Norm("layer").apply(fresh("layer"), jnp.asarray(X), jnp.asarray(MASK))
    expected = (X - X.mean(-1, keepdims=True)) / np.sqrt(X.var(-1, keepdims=True) + 1e-6)
    np.testing.assert_allclose(out, expected, rtol=1e-3, atol=1e-4)


def test_no_norm_is_the_identity_without_weights():
    assert fresh("none") == {}
    np.testing.assert_array_equal(Norm("none").apply({}, jnp.asarray(X)), X)


def test_batch_norm_sees_the_real_frames_only():
    poisoned = np.where(MASK[..., None] > 0, X, np.nan)
    out, extra = Norm("batch", train=True).apply(
        fresh("batch"), jnp.asarray(poisoned), jnp.asarray(MASK), mutable=["batch_stats"]
    )
    expected = (X - REAL.mean(0)) / np.sqrt(REAL.var(0) + 1e-5)
    np.testing.assert_allclose(np.asarray(out)[MASK > 0], expected[MASK > 0], rtol=1e-4, atol=1e-5)
    stats = extra["batch_stats"]["BatchNorm_0"]
    np.testing.assert_allclose(stats["mean"], 0.1 * REAL.mean(0), rtol=1e-4)
    np.testing.assert_allclose(stats["var"], 0.9 + 0.1 * REAL.var(0), rtol=1e-4)


def test_batch_norm_without_a_mask_sees_all():
    out, _ = Norm("batch", train=True).apply(fresh("batch"), jnp.asarray(X), mutable=["batch_stats"])
    np.testing.assert_allclose(np.asarray(out).mean((0, 1)), 0, atol=1e-5)
    np.testing.assert_allclose(np.asarray(out).std((0, 1)), 1, rtol=1e-4)


def test_batch_norm_uses_running_statistics_outside_of_training():
    variables = fresh("batch")
    variables["batch_stats"]["BatchNorm_0"] = dict(mean=jnp.full(3, 2.0), var=jnp.full(3, 4.0))
    out = Norm("batch").apply(variables, jnp.asarray(X), jnp.asarray(MASK))
    np.testing.assert_allclose(out, (X - 2) / np.sqrt(4 + 1e-5), rtol=1e-5, atol=1e-6)


def test_batch_norm_weighs_devices_by_their_frames():
    """Four devices with 6, 1, 4 and 0 real frames: values, statistics and gradients of one."""
    variables = fresh("batch")
    weight = jnp.asarray(RNG.normal(size=X.shape).astype(np.float32) * MASK[..., None])

    def run(x, mask, axis=None):
        norm = Norm("batch", train=True, axis=axis)
        return norm.apply(variables, x, mask, mutable=["batch_stats"])

    x, mask = jnp.asarray(X), jnp.asarray(MASK)
    whole, extra = run(x, mask)
    out, extra_4 = jax.vmap(lambda x, m: run(x, m, "data"), axis_name="data")(x[:, None], mask[:, None])
    np.testing.assert_allclose(out[:, 0], whole, rtol=1e-4, atol=1e-5)
    for a, b in zip(jax.tree.leaves(extra_4), jax.tree.leaves(extra), strict=True):
        np.testing.assert_allclose(a, np.stack([b] * 4), rtol=1e-5)
    grad = jax.grad(lambda x: jnp.sum(run(x, mask)[0] * weight))(x)
    each = jax.grad(lambda x, m, w: jnp.sum(run(x, m, "data")[0] * w))
    grad_4 = jax.vmap(each, axis_name="data")(x[:, None], mask[:, None], weight[:, None])
    np.testing.assert_allclose(grad_4[:, 0], grad, rtol=1e-3, atol=1e-5)


def test_an_unknown_norm():
    with pytest.raises(SwnError, match="did you mean 'batch'"):
        fresh("bach")


@pytest.mark.parametrize("where", ["cpu", "elsewhere"])
def test_several_norms_at_once_are_those_of_each(where, request):
    """And the weights lie where each norm alone has them."""
    if where == "elsewhere":
        request.getfixturevalue("elsewhere")

    class Several(nn.Module):
        kind: str

        @nn.compact
        def __call__(self, parts, mask):
            norms = [Norm(self.kind, name=name) for name in ("a", "b", "c")]
            return normed(norms, parts, mask)

    parts = [jnp.asarray(X), jnp.asarray(2 * X + 1), jnp.asarray(X[::-1])]
    for kind in ("layer", "batch", "none"):
        variables = Several(kind).init(jax.random.key(0), parts, jnp.asarray(MASK))
        variables = jax.tree.map(lambda a: jnp.asarray(RNG.normal(size=a.shape) ** 2, jnp.float32), variables)
        together = Several(kind).apply(variables, parts, jnp.asarray(MASK))
        for name, x, y in zip(("a", "b", "c"), parts, together, strict=True):
            own = {collection: tree[name] for collection, tree in variables.items()}
            np.testing.assert_allclose(y, Norm(kind).apply(own, x, jnp.asarray(MASK)), rtol=1e-4, atol=1e-5)


def test_a_layer_norm_is_that_of_flax():
    variables = jax.tree.map(lambda a: jnp.asarray(RNG.normal(size=a.shape), jnp.float32), fresh("layer"))
    found = Norm("layer").apply(variables, jnp.asarray(X))
    theirs = nn.LayerNorm().apply({"params": variables["params"]["LayerNorm_0"]}, jnp.asarray(X))
    np.testing.assert_allclose(found, theirs, rtol=1e-5, atol=1e-6)
