"""Benchmarks of the train step: against a large product, over sequence length, and of replicas."""

import functools
import time
from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp

from swn_jax.anneal import cosine
from swn_jax.configs import get_config
from swn_jax.runs.parts import model_of
from swn_jax.studies.benchmark.sizes import FRAME, Sizes, Tell, batch_of, model
from swn_jax.train.optim import adam, cosine_rate
from swn_jax.train.replicas import join, replicated
from swn_jax.train.speed import interleaved, median, ratio, step_arithmetic
from swn_jax.train.state import init_state
from swn_jax.train.step import make_train_step

FRAMES, PRODUCT = 40, 2048  # of a sequence; side of the matrices


def bench_step(sizes: Sizes, tell: Tell) -> None:
    """Time the train step in float32 and bfloat16, beside a large matrix product."""
    batch = batch_of(sizes.batch, FRAMES)
    tx, anneal = adam(cosine_rate(1e-4, 1000), 0.0), cosine(1000)
    calls: dict[str, Callable[[], Any]] = {}
    arithmetic = 0.0
    tell(f"{sizes.layers} layers of {sizes.width}, batch {sizes.batch}")
    for dtype in ("float32", "bfloat16"):
        state = init_state(model(sizes, dtype), tx, anneal, 0)
        start = time.perf_counter()
        compiled = jax.jit(make_train_step(model(sizes, dtype), tx, anneal)).lower(state, batch).compile()
        tell(f"{dtype}: compiled in {time.perf_counter() - start:.1f} s, {mebibytes(compiled):.0f} MiB in all")
        calls[dtype] = functools.partial(compiled, state, batch)
        arithmetic = step_arithmetic(state.params.tree(), sizes.batch * FRAMES)
    a = jax.random.normal(jax.random.key(0), (PRODUCT, PRODUCT))
    calls["product"] = functools.partial(jax.jit(jnp.matmul), a, a)
    seconds = interleaved(calls, sizes.rounds)
    for dtype in ("float32", "bfloat16"):
        rate = sizes.batch * FRAMES / median(seconds[dtype])
        tell(f"{dtype}: {1e3 * median(seconds[dtype]):.0f} ms per step, {rate:.0f} frames per second")
    share = ratio(seconds["product"], seconds["float32"]) * arithmetic / (2 * PRODUCT**3)
    tell(f"float32 product of {PRODUCT}: {2e-9 * PRODUCT**3 / median(seconds['product']):.0f} GFLOP per second")
    tell(f"the float32 step reaches {100 * share:.0f} % of its rate")
    tell(f"the bfloat16 step is {ratio(seconds['float32'], seconds['bfloat16']):.2f} times as fast")


def bench_lengths(sizes: Sizes, tell: Tell) -> None:
    """Time the train step of several systems of one size over the sequence length."""
    lengths = sizes.lengths
    found: dict[str, list[float]] = {name: [] for name in sizes.systems}
    for frames in lengths:
        batch, calls = batch_of(sizes.batch, frames), {}
        for name in sizes.systems:
            net = model_of(get_config(f"timit_sample:{name}"), FRAME)
            tx, anneal = adam(cosine_rate(1e-4, 1000), 0.0), cosine(1000)
            state = init_state(net, tx, anneal, 0)
            compiled = jax.jit(make_train_step(net, tx, anneal)).lower(state, batch).compile()
            calls[name] = functools.partial(compiled, state, batch)
        seconds = interleaved(calls, sizes.rounds)
        for name, times in found.items():
            times.append(1e3 * median(seconds[name]))
    tell(f"milliseconds per step, batch {sizes.batch}, float32")
    tell(f"{'frames':<14}" + "".join(f"{n:>9}" for n in lengths))
    for name, times in found.items():
        tell(f"{name:<14}" + "".join(f"{time:>9.0f}" for time in times))
    if sizes.plot:
        plot(sizes.plot, lengths, sizes.batch, found)


def bench_replicas(sizes: Sizes, tell: Tell) -> None:
    """Time R steps of one seed each against one step of R replicas."""
    count, batch = sizes.replicas, batch_of(sizes.batch, FRAMES)
    tx, anneal = adam(cosine_rate(1e-4, 1000), 0.0), cosine(1000)
    step = make_train_step(model(sizes), tx, anneal)
    states = [init_state(model(sizes), tx, anneal, seed) for seed in range(count)]
    one = jax.jit(step).lower(states[0], batch).compile()
    state, batches = join(states), jax.tree.map(lambda a: jnp.stack([a] * count, axis=1), batch)
    together = jax.jit(replicated(step)).lower(state, batches).compile()
    calls = {
        "one by one": lambda: [one(state, batch) for state in states],
        "together": lambda: together(state, batches),
    }
    seconds = interleaved(calls, sizes.rounds)
    tell(f"{sizes.layers} layers of {sizes.width}, batch {sizes.batch}")
    for name, times in seconds.items():
        tell(f"{count} seeds {name}: {1e3 * median(times):.1f} ms per step of all")
    tell(f"together is {ratio(seconds['one by one'], seconds['together']):.2f} times as fast")


def plot(path: str, lengths: Sequence[int], batch: int, found: dict[str, list[float]]) -> None:
    """Draw the times over the lengths."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 4), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    for name, times in found.items():
        axes.loglog(lengths, times, marker="o", label=name)
    axes.set(xlabel="frames per sequence", ylabel=f"milliseconds per step, batch {batch}")
    axes.legend()
    figure.savefig(path, dpi=110)


def mebibytes(compiled: Any) -> float:
    """Memory of a compiled program for state, batch and temporaries, as planned by the compiler."""
    plan = compiled.memory_analysis()
    return (plan.temp_size_in_bytes + plan.argument_size_in_bytes + plan.output_size_in_bytes) / 2**20
