"""Factors on rates by patterns of paths, against an optimizer that works on the trees by hand."""

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from swn_jax.errors import SwnError
from swn_jax.train.by_path import by_path
from swn_jax.train.flat import flatten
from swn_jax.train.optim import adam

SHAPES = {"a": {"bias": (7,), "kernel": (3, 50)}, "b": {"kernel": (2, 3, 4), "scale": ()}}


def tree(seed):
    rng = np.random.default_rng(seed)
    leaf = lambda shape: jnp.asarray(rng.normal(size=shape), jnp.float32)  # noqa: E731
    return jax.tree.map(leaf, SHAPES, is_leaf=lambda s: isinstance(s, tuple))


def test_each_parameter_has_its_factor_and_frozen_ones_keep_their_bits():
    tx = by_path(adam(lambda t: 0.1, 0.0), {"a/.*": 0.5, "a/kernel": 0.0})
    params, state = flatten(tree(0)), tx.init(flatten(tree(0)))
    plain = adam(lambda t: 0.1, 0.0)
    hand, hand_state = tree(0), plain.init(tree(0))
    for number in (1, 2, 3):
        updates, state = tx.update(flatten(tree(number)), state, params)
        params = optax.apply_updates(params, updates)
        updates, hand_state = plain.update(tree(number), hand_state, hand)
        updates["a"] = {"bias": 0.5 * updates["a"]["bias"], "kernel": 0 * updates["a"]["kernel"]}
        hand = optax.apply_updates(hand, updates)
    jax.tree.map(lambda x, y: np.testing.assert_allclose(x, y, rtol=1e-6), params.tree(), hand)
    np.testing.assert_array_equal(params.tree()["a"]["kernel"], tree(0)["a"]["kernel"])


def test_gradients_of_what_is_frozen_do_not_count_in_a_clip_even_where_they_are_not_finite():
    grads = tree(1) | {"a": jax.tree.map(lambda a: a * np.inf, tree(1)["a"])}
    tx = by_path(optax.clip_by_global_norm(1e-3), {"a/.*": 0.0})
    updates, _ = tx.update(flatten(grads), tx.init(flatten(tree(0))), flatten(tree(0)))
    np.testing.assert_allclose(optax.tree.norm(updates), 1e-3, rtol=1e-5)
    np.testing.assert_array_equal(updates.tree()["a"]["bias"], 0)


@pytest.mark.parametrize(("factors", "words"), [
    ({"c/.*": 0.0}, "'c/.*' matches no parameter: paths begin with a, b, as a/bias"),
    ({"a/(": 0.0}, "is no regular expression .*: wanted one"),
    ({".*": 0.0}, "freeze all parameters"),
])  # fmt: skip
def test_a_pattern_that_cannot_be_meant_is_told(factors, words):
    with pytest.raises(SwnError, match=words):
        by_path(optax.sgd(1.0), factors).init(flatten(tree(0)))
