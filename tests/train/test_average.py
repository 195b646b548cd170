"""Averaged parameters, against the recursion in numpy."""

import numpy as np
import optax
import runs

from swn_jax.train.average import averaged
from swn_jax.train.checkpoint import Checkpoints
from swn_jax.train.host import Copy
from swn_jax.train.state import evaluated, init_state, variables_of


def test_the_mean_follows_the_recursion_and_is_what_is_evaluated():
    model, tx, anneal = runs.parts()
    tx = averaged(optax.sgd(0.1), 0.3)
    state = init_state(model, tx, anneal, 0)
    mean = np.asarray(state.params.matrices, np.float64)
    for number in range(1, 8):
        updates, opt = tx.update(state.params, state.opt, state.params)  # any gradient
        state = state._replace(params=optax.apply_updates(state.params, updates), opt=opt)
        d = min(0.3, (1 + number) / (10 + number))
        mean = d * mean + (1 - d) * np.asarray(state.params.matrices, np.float64)
    np.testing.assert_allclose(state.opt.mean.matrices, mean, rtol=1e-5)
    averages = evaluated(state)["params"]["causal_0"]["f2"]["kernel"]
    np.testing.assert_array_equal(averages, state.opt.mean.tree()["causal_0"]["f2"]["kernel"])
    assert not np.array_equal(averages, variables_of(state)["params"]["causal_0"]["f2"]["kernel"])


def test_it_comes_back_from_a_checkpoint_to_the_bit(tmp_path):
    model, tx, anneal = runs.parts()
    state = init_state(model, averaged(tx, 0.9), anneal, 0)
    checkpoints = Checkpoints(tmp_path, keep=1)
    checkpoints.save(Copy(state), {})
    found = checkpoints.restore(state)
    checkpoints.close()
    assert runs.bits(found.state) == runs.bits(state)
    assert len(runs.bits(state)) == len(runs.bits(init_state(model, tx, anneal, 0))) + 3  # one more copy, and a count
