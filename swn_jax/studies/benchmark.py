"""Speed: the train step against a large product, over sequence length, and sampling against recomputing the prefix."""

import functools
import time
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from swn_jax.anneal import cosine
from swn_jax.configs import get_config
from swn_jax.errors import unknown
from swn_jax.models import build
from swn_jax.runs.parts import model_of
from swn_jax.sampling import generate
from swn_jax.train.optim import adam, cosine_rate
from swn_jax.train.replicas import join, replicated
from swn_jax.train.speed import interleaved, median, ratio, step_arithmetic
from swn_jax.train.state import init_state
from swn_jax.train.step import make_train_step
from swn_jax.types import Batch, Model

FRAME, RATE, FRAMES, PREFIX, PRODUCT = 200, 16000, 40, 200, 2048
Tell = Callable[[str], None]


class Sizes(NamedTuple):
    """What is measured."""

    width: int  # channels
    layers: int
    latent: int  # dimensions per layer
    batch: int  # sequences in the train step
    rounds: int  # medians are reported
    lengths: Sequence[int]  # frames of a sequence
    systems: Sequence[str]  # of timit_sample, over the lengths
    replicas: int  # seeds in one program
    presets: Sequence[str]  # CORPUS:SYSTEM, for sampling
    batches: Sequence[int]  # sequences at a time, for sampling
    sampled: Sequence[int]  # frames; of larger batches the first two
    plot: str | None  # a PNG over the lengths


def measure(whats: Sequence[str], sizes: Sizes, tell: Tell) -> None:
    """Measure each of the named speeds; raises SwnError, with the nearest right name, for another."""
    measures = {"step": bench_step, "lengths": bench_lengths, "replicas": bench_replicas, "sampling": bench_sampling}
    for what in whats:
        if what not in measures:
            raise unknown("measure", what, measures)
    device = jax.devices()[0]
    tell(f"jax {jax.__version__}, {device.platform} ({device.device_kind})")
    for what in whats:
        measures[what](sizes, tell)


def model(sizes: Sizes, dtype: str = "float32") -> Model:
    return build("swavenet", FRAME, width=sizes.width, layers=sizes.layers, latent=sizes.latent, dtype=dtype)


def batch_of(size: int, frames: int) -> Batch:
    x = jax.random.normal(jax.random.key(1), (size, frames, FRAME))
    return Batch(x, jnp.ones((size, frames)), jnp.zeros((size, FRAME)))


def bench_step(sizes: Sizes, tell: Tell) -> None:
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
        arithmetic = step_arithmetic(state.params, sizes.batch * FRAMES)
    a = jax.random.normal(jax.random.key(0), (PRODUCT, PRODUCT))
    calls["product"] = functools.partial(jax.jit(jnp.matmul), a, a)
    seconds = interleaved(calls, sizes.rounds)
    for dtype in ("float32", "bfloat16"):
        rate = sizes.batch * FRAMES / median(seconds[dtype])
        tell(f"{dtype}: {1e3 * median(seconds[dtype]):.0f} ms a step, {rate:.0f} frames a second")
    share = ratio(seconds["product"], seconds["float32"]) * arithmetic / (2 * PRODUCT**3)
    tell(f"float32 product of {PRODUCT}: {2e-9 * PRODUCT**3 / median(seconds['product']):.0f} GFLOP a second")
    tell(f"the float32 step reaches {100 * share:.0f} % of its rate")
    tell(f"the bfloat16 step is {ratio(seconds['float32'], seconds['bfloat16']):.2f} times as fast")


def bench_lengths(sizes: Sizes, tell: Tell) -> None:
    """Milliseconds of a train step of systems of one size, over the length of the sequences."""
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
    tell(f"milliseconds a step, batch {sizes.batch}, float32")
    tell(f"{'frames':<14}" + "".join(f"{n:>9}" for n in lengths))
    for name, times in found.items():
        tell(f"{name:<14}" + "".join(f"{time:>9.0f}" for time in times))
    if sizes.plot:
        plot(sizes.plot, lengths, sizes.batch, found)


def bench_replicas(sizes: Sizes, tell: Tell) -> None:
    """R steps of one seed each, one after the other, against one step of R replicas."""
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
        tell(f"{count} seeds {name}: {1e3 * median(times):.1f} ms a step of all")
    tell(f"together is {ratio(seconds['one by one'], seconds['together']):.2f} times as fast")


def plot(path: str, lengths: Sequence[int], batch: int, found: dict[str, list[float]]) -> None:
    """The times over the lengths."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 4), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    for name, times in found.items():
        axes.loglog(lengths, times, marker="o", label=name)
    axes.set(xlabel="frames of a sequence", ylabel=f"milliseconds per step, batch {batch}")
    axes.legend()
    figure.savefig(path, dpi=110)


def mebibytes(compiled: Any) -> float:
    """State, batch and temporaries of a compiled program, as the compiler plans them."""
    plan = compiled.memory_analysis()
    return (plan.temp_size_in_bytes + plan.argument_size_in_bytes + plan.output_size_in_bytes) / 2**20


def bench_sampling(sizes: Sizes, tell: Tell) -> None:
    """What a frame costs by the rings, at several batch sizes and after several numbers of frames."""
    for text in sizes.presets:
        net = model_of(get_config(text), FRAME)
        variables = net.init(jax.random.key(0))
        tell(f"{text}: {sum(leaf.size for leaf in jax.tree.leaves(variables)):,} parameters")
        for size in sizes.batches:
            sample_at(net, variables, size, sizes.sampled if size == 1 else sizes.sampled[:2], sizes, tell)


def sample_at(net: Model, variables: Any, size: int, lengths: Sequence[int], sizes: Sizes, tell: Tell) -> None:
    """Prints the costs at one batch size."""

    def whole(variables: Any, batch: Batch, noise: jax.Array) -> jax.Array:
        return net.terms(variables, batch, noise, infer=False)[0].log_px

    calls: dict[str, Callable[[], Any]] = {}
    for frames in lengths:
        sampler = jax.jit(functools.partial(generate, net, frames=frames))
        calls[str(frames)] = functools.partial(sampler, variables, jax.random.key(0), before=jnp.zeros((size, FRAME)))
    noise = jnp.zeros((size, PREFIX, sum(net.latents)))
    calls["prefix"] = functools.partial(jax.jit(whole), variables, batch_of(size, PREFIX), noise)
    seconds = interleaved(calls, sizes.rounds)
    for frames in lengths:
        micro = 1e6 * median(seconds[str(frames)]) / frames
        sound = size * 1e6 * FRAME / RATE / micro
        tell(f"  batch {size}, {frames} frames: {micro:.0f} us a frame, {sound:.1f} seconds of sound a second")
    again = ratio(seconds["prefix"], seconds[str(lengths[0])]) * lengths[0]
    tell(f"  batch {size}: recomputing a prefix of {PREFIX} frames costs {again:.1f} times a frame of the rings")
