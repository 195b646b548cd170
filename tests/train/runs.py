"""A run of a few milliseconds a step, for tests of what lies around the step."""

import functools
from pathlib import Path

import jax
import numpy as np

import swn_jax
from swn_jax.train.logging import Intervals, Saving
from swn_jax.train.loop import train
from swn_jax.train.optim import adam, cosine_rate
from swn_jax.train.parallel import compile_step
from swn_jax.train.state import init_state
from swn_jax.train.step import make_train_step
from swn_jax.train.track import Member

FRAME, FRAMES, BATCH, STEPS = 5, 7, 4, 12
PLAIN = Saving()


@functools.cache
def parts():
    """Model, optimizer and annealing of the run."""
    model = swn_jax.build("swavenet", FRAME, layers=2, width=8, latent=3)
    return model, adam(cosine_rate(1e-2, STEPS, 2), 1.0), swn_jax.anneal.cosine(STEPS // 2)


def batch_at(step: int) -> swn_jax.Batch:
    noise = np.random.default_rng([7, step])
    x = 3 + 0.1 * noise.standard_normal((BATCH, FRAMES, FRAME), np.float32)  # easily learnt
    mask = (np.arange(FRAMES) < noise.integers(3, FRAMES + 1, (BATCH, 1))).astype(np.float32)
    return swn_jax.Batch(x, mask, np.zeros((BATCH, FRAME), np.float32))


@functools.cache
def compiled(devices: int):
    return compile_step(functools.partial(make_train_step, *parts()), jax.devices()[:devices])


def first(seed: int = 0):
    return init_state(*parts(), seed)


def validate(state) -> float:
    return -float(state.step % 5)  # best at steps 5 and 10


def run(
    workdir,
    *,
    steps=STEPS,
    batches=batch_at,
    devices=1,
    max_bad=3,
    eval_every=4,
    log_every=1,
    saving=PLAIN,
    **options,
):
    """A run as the command makes it, with a record of every step."""
    intervals = Intervals(steps=steps, log_every=log_every, eval_every=eval_every, max_bad=max_bad, saving=saving)
    member = Member(first(), batches, options.pop("validate", validate), Path(workdir), options.pop("writers", ()))
    return train(compiled(devices), [member], intervals, rate=lambda step: 1e-2, **options)[0]


def bits(state):
    """All arrays of a state as bytes."""
    bare = jax.tree.map(lambda a: jax.random.key_data(a) if jax.dtypes.issubdtype(a.dtype, jax.dtypes.prng_key) else a,
                        state)  # fmt: skip
    return [np.asarray(a).tobytes() for a in jax.tree.leaves(bare)]
