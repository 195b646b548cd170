"""The optimizer of the paper: Adam on clipped gradients, with a cosine learning rate."""

import jax
import jax.numpy as jnp
import optax

from swn_jax.errors import SwnError


def cosine_rate(peak: float, steps: int, warmup: int = 0, end: float = 0.0, first: float = 0.0) -> optax.Schedule:
    """The learning rate: linear from `first` to `peak` in `warmup` steps, then half a cosine to `end` at `steps`."""
    if not 0 <= warmup < steps:
        found = f"found a warm-up of {warmup} steps in a run of {steps}, wanted 0 or more, and fewer than all"
        raise SwnError(f"{found}: set --config.warmup too, or train longer")
    return optax.warmup_cosine_decay_schedule(first, peak, warmup, steps, end)


def constant_rate(peak: float, warmup: int = 0) -> optax.Schedule:
    """The learning rate: linear from 0 to `peak` in `warmup` steps, then constant, however long the training."""
    return optax.linear_schedule(0.0, peak, warmup) if warmup else optax.constant_schedule(peak)


def restarted(rate: optax.Schedule, start: int, peak: float, steps: int, warmup: int) -> optax.Schedule:
    """A rate that from step `start` on is a cosine rate anew (Loshchilov and Hutter 2017), from where it stands.

    Args:
      rate: until then.
      start: the step at which the new stretch begins.
      peak, steps, warmup: of the stretch; a warm-up that is no shorter than it becomes a tenth of it.
    """
    rise = warmup if warmup < steps else steps // 10
    return optax.join_schedules([rate, cosine_rate(peak, steps, rise, first=float(rate(start)))], [start])


def clip_by_largest(limit: float) -> optax.GradientTransformation:
    """Scale all gradients by `limit / max |g|` where the largest entry exceeds `limit`, as the released code does."""

    def update(updates: optax.Updates, state: optax.EmptyState, params: optax.Params | None = None) -> tuple:
        largest = jnp.stack([jnp.abs(g).max(initial=0.0) for g in jax.tree.leaves(updates)]).max()
        factor = jnp.minimum(1.0, limit / jnp.maximum(largest, jnp.finfo(jnp.float32).tiny))
        return jax.tree.map(lambda g: g * factor, updates), state

    return optax.GradientTransformation(lambda params: optax.EmptyState(), update)


def adam(
    rate: optax.Schedule,
    clip: float,
    b1: float = 0.9,
    b2: float = 0.999,
    eps: float = 1e-8,
    decay: float = 0.0,
    largest: float = 0.0,
) -> optax.GradientTransformation:
    """Adam (Kingma and Ba 2014) on gradients whose global norm is clipped to `clip`, with decoupled decay.

    Args:
      rate: from step to learning rate.
      clip: the largest global norm of a gradient of nats per frame; 0 for no clip.
      b1, b2, eps: of Adam.
      decay: decoupled weight decay, times the rate, on matrices only.
      largest: the largest entry of such a gradient, to which all are scaled; 0 for no such clip.
    """
    return clipped(adamw(rate, b1, b2, eps, decay), clip, largest)


def adamw(
    rate: optax.Schedule, b1: float = 0.9, b2: float = 0.999, eps: float = 1e-8, decay: float = 0.0
) -> optax.GradientTransformation:
    """The optimizer of `adam` without its clips."""
    return optax.adamw(rate, b1, b2, eps, weight_decay=decay, mask=matrices)


def clipped(tx: optax.GradientTransformation, clip: float, largest: float) -> optax.GradientTransformation:
    """An optimizer on gradients with the clips of `adam`."""
    return optax.chain(
        optax.clip_by_global_norm(clip) if clip else optax.identity(),
        clip_by_largest(largest) if largest else optax.identity(),
        tx,
    )


def matrices(params: optax.Params) -> optax.Params:
    """Which arrays have more than one axis."""
    return jax.tree.map(lambda a: a.ndim > 1, params)
