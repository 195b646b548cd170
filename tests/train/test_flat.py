"""Parameters as two arrays: the trees come back, optimizers give the numbers that they give on trees."""

import functools

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
import runs
from kept import kept

from swn_jax.train.checkpoint import Checkpoints
from swn_jax.train.flat import LANES, flatten, flattened_as, unflattened
from swn_jax.train.host import Copy
from swn_jax.train.optim import adam, cosine_rate
from swn_jax.train.state import init_state

SHAPES = {"a": (3, 5), "b": (7,), "c": {"d": (2, 3, 4), "e": ()}, "f": (2, LANES), "g": (0, 4)}


@kept
def tree(seed: int = 0):
    rng = np.random.default_rng(seed)
    return jax.tree.map(
        lambda shape: jnp.asarray(rng.normal(size=shape), jnp.float32), SHAPES, is_leaf=lambda s: isinstance(s, tuple)
    )


def same(found, expected):
    assert jax.tree.structure(found) == jax.tree.structure(expected)
    jax.tree.map(np.testing.assert_array_equal, found, expected)


def test_a_tree_comes_back():
    flat = flatten(tree())
    assert flat.matrices.shape == (4, LANES)  # a row each of a and d, two of f, none of g
    assert flat.vectors.shape == (8,)
    same(flat.tree(), tree())
    same(jax.jit(lambda flat: flat.tree())(flat), tree())
    np.testing.assert_array_equal(flat.matrices[0, 15:], 0)


@pytest.mark.parametrize("shapes", [{}, {"a": (2,)}, {"a": (2, 2)}])
def test_a_tree_may_lack_matrices_or_vectors(shapes):
    ones = {name: jnp.ones(shape) for name, shape in shapes.items()}
    same(flatten(ones).tree(), ones)


def test_a_tree_of_several_comes_back_with_arrays_as_they_were():
    several = (flatten(tree()), jnp.ones(3), {"more": flatten(tree(1))})
    plain = unflattened(several)
    same(plain, (tree(), jnp.ones(3), {"more": tree(1)}))
    same(flattened_as(plain, several), several)


@pytest.mark.parametrize("settings", [{}, dict(decay=0.1), dict(largest=0.5), dict(decay=0.01, b2=0.95, eps=1e-3)])
def test_an_optimizer_gives_the_numbers_that_it_gives_on_trees(settings):
    """The norm may differ in its last bit by the order of the sum; without a clip all bits are the same."""
    for clip, rtol, atol in ((0.0, 0.0, 0.0), (0.5, 1e-5, 1e-8)):
        tx = adam(cosine_rate(1e-2, 100, 2), clip, **settings)
        params, flat = tree(), flatten(tree())
        state, flat_state = tx.init(params), tx.init(flat)
        for number in range(1, 5):
            updates, state = tx.update(tree(number), state, params)
            flat_updates, flat_state = tx.update(flatten(tree(number)), flat_state, flat)
            params, flat = optax.apply_updates(params, updates), optax.apply_updates(flat, flat_updates)
        compare = functools.partial(np.testing.assert_allclose, rtol=rtol, atol=atol)
        jax.tree.map(compare, unflattened((flat, flat_state)), (params, state))
        np.testing.assert_array_equal(flat.matrices[0, 15:], 0)


def test_a_checkpoint_holds_trees(tmp_path):
    """What runs of before have written is read, and the other way round."""
    state, _ = runs.compiled(1)(runs.first(), runs.batch_at(1))
    for folder, saved, like in (
        (tmp_path / "trees", unflattened(state), runs.first()),
        (tmp_path / "flat", state, unflattened(runs.first())),
    ):
        checkpoints = Checkpoints(folder, keep=1)
        checkpoints.save(Copy(saved), {})
        found = checkpoints.restore(like)
        checkpoints.close()
        assert jax.tree.structure(found.state) == jax.tree.structure(like)
        assert runs.bits(unflattened(found.state)) == runs.bits(unflattened(state))


def test_a_state_starts_from_the_numbers_of_the_model():
    model, tx, anneal = runs.parts()
    key, _ = jax.random.split(jax.random.key(5))
    same(init_state(model, tx, anneal, 5).params.tree(), model.init(key)["params"])
