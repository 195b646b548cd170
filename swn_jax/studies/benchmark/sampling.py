"""Benchmark of sampling with ring buffers against recomputing the prefix."""

import functools
from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp

from swn_jax.configs import get_config
from swn_jax.runs.parts import model_of
from swn_jax.sampling import generate
from swn_jax.studies.benchmark.sizes import FRAME, Sizes, Tell, batch_of
from swn_jax.train.speed import interleaved, median, ratio
from swn_jax.types import Batch, Model

RATE, PREFIX = 16000, 200  # Hz; frames


def bench_sampling(sizes: Sizes, tell: Tell) -> None:
    """Time sampling with ring buffers, at several batch sizes and lengths."""
    for text in sizes.presets:
        net = model_of(get_config(text), FRAME)
        variables = net.init(jax.random.key(0))
        tell(f"{text}: {sum(leaf.size for leaf in jax.tree.leaves(variables)):,} parameters")
        for size in sizes.batches:
            sample_at(net, variables, size, sizes.sampled if size == 1 else sizes.sampled[:2], sizes, tell)


def sample_at(net: Model, variables: Any, size: int, lengths: Sequence[int], sizes: Sizes, tell: Tell) -> None:
    """Time sampling at one batch size, beside recomputing a prefix."""

    def prefix(variables: Any, batch: Batch, noise: jax.Array) -> jax.Array:
        return net.terms(variables, batch, noise, infer=False)[0].log_px

    calls: dict[str, Callable[[], Any]] = {}
    for frames in lengths:
        sampler = jax.jit(functools.partial(generate, net, frames=frames))
        calls[str(frames)] = functools.partial(sampler, variables, jax.random.key(0), before=jnp.zeros((size, FRAME)))
    noise = jnp.zeros((size, PREFIX, sum(net.latents)))
    calls["prefix"] = functools.partial(jax.jit(prefix), variables, batch_of(size, PREFIX), noise)
    seconds = interleaved(calls, sizes.rounds)
    for frames in lengths:
        micro = 1e6 * median(seconds[str(frames)]) / frames
        sound = size * 1e6 * FRAME / RATE / micro
        tell(f"  batch {size}, {frames} frames: {micro:.0f} us per frame, {sound:.1f} seconds of sound per second")
    factor = ratio(seconds["prefix"], seconds[str(lengths[0])]) * lengths[0]
    tell(f"  batch {size}: recomputing a prefix of {PREFIX} frames costs {factor:.1f} times a frame with ring buffers")
