"""How fast: the train step against a large product, over sequence length, and sampling against recomputing the prefix.

python -m experiments.benchmark --what=step --width=512 --layers=5
python -m experiments.benchmark --what=sampling --presets=timit:swavenet,blizzard:swavenet --rounds=3
python -m experiments.benchmark --what=lengths --batch=4 --rounds=3 --plot=lengths.png
"""

import functools
import importlib
import time
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
from absl import flags
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

import swn_jax
from experiments import common
from experiments.configs import timit_sample
from swn_jax.errors import unknown
from swn_jax.sampling import generate
from swn_jax.train.optim import adam, cosine_rate
from swn_jax.train.replicas import replicated, stack
from swn_jax.train.speed import interleaved, median, ratio, step_arithmetic
from swn_jax.train.state import init_state
from swn_jax.train.step import make_train_step

WHAT = flags.DEFINE_list("what", ["step", "sampling"], "what to measure: step, lengths, replicas, sampling")
WIDTH = flags.DEFINE_integer("width", 512, "channels", lower_bound=1)
LAYERS = flags.DEFINE_integer("layers", 5, "layers", lower_bound=1)
LATENT = flags.DEFINE_integer("latent", 100, "latent numbers a layer", lower_bound=1)
BATCH = flags.DEFINE_integer("batch", 64, "sequences of 40 frames in the train step", lower_bound=1)
ROUNDS = flags.DEFINE_integer("rounds", 7, "rounds; medians are reported", lower_bound=1)
LENGTHS = flags.DEFINE_list("lengths", ["40", "125", "400", "1000", "2000"], "frames of a sequence")
COMPARED = flags.DEFINE_list("systems", ["swavenet", "vrnn", "srnn", "zforcing"], "of timit_sample, for lengths")
REPLICAS = flags.DEFINE_integer("replicas", 8, "seeds in one program", lower_bound=1)
PRESETS = flags.DEFINE_list("presets", ["timit:swavenet"], "CORPUS:SYSTEM, for sampling")
BATCHES = flags.DEFINE_list("batches", ["1", "16", "64", "256"], "sequences at a time, for sampling")
SAMPLED = flags.DEFINE_list("sampled", ["100", "1000", "10000"], "frames; of larger batches the first two")
PLOT = flags.DEFINE_string("plot", None, "a PNG of what lengths finds")
FRAME, RATE, FRAMES, PREFIX, PRODUCT = 200, 16000, 40, 200, 2048


def main(_: list[str]) -> None:
    measures = {"step": bench_step, "lengths": bench_lengths, "replicas": bench_replicas, "sampling": bench_sampling}
    device = jax.devices()[0]
    print(f"jax {jax.__version__}, {device.platform} ({device.device_kind})")
    for what in WHAT.value:
        if what not in measures:
            raise unknown("measure", what, measures)
        measures[what]()


def model(dtype: str = "float32") -> swn_jax.Model:
    return swn_jax.build("swavenet", FRAME, width=WIDTH.value, layers=LAYERS.value, latent=LATENT.value, dtype=dtype)


def batch_of(size: int, frames: int) -> swn_jax.Batch:
    x = jax.random.normal(jax.random.key(1), (size, frames, FRAME))
    return swn_jax.Batch(x, jnp.ones((size, frames)), jnp.zeros((size, FRAME)))


def bench_step() -> None:
    batch = batch_of(BATCH.value, FRAMES)
    tx, anneal = adam(cosine_rate(1e-4, 1000), 0.0), swn_jax.anneal.cosine(1000)
    calls: dict[str, Callable[[], Any]] = {}
    arithmetic = 0.0
    print(f"{LAYERS.value} layers of {WIDTH.value}, batch {BATCH.value}")
    for dtype in ("float32", "bfloat16"):
        state = init_state(model(dtype), tx, anneal, 0, batch)
        start = time.perf_counter()
        compiled = jax.jit(make_train_step(model(dtype), tx, anneal)).lower(state, batch).compile()
        print(f"{dtype}: compiled in {time.perf_counter() - start:.1f} s, {mebibytes(compiled):.0f} MiB in all")
        calls[dtype] = functools.partial(compiled, state, batch)
        arithmetic = step_arithmetic(state.params, BATCH.value * FRAMES)
    a = jax.random.normal(jax.random.key(0), (PRODUCT, PRODUCT))
    calls["product"] = functools.partial(jax.jit(jnp.matmul), a, a)
    seconds = interleaved(calls, ROUNDS.value)
    for dtype in ("float32", "bfloat16"):
        rate = BATCH.value * FRAMES / median(seconds[dtype])
        print(f"{dtype}: {1e3 * median(seconds[dtype]):.0f} ms a step, {rate:.0f} frames a second")
    share = ratio(seconds["product"], seconds["float32"]) * arithmetic / (2 * PRODUCT**3)
    print(f"float32 product of {PRODUCT}: {2e-9 * PRODUCT**3 / median(seconds['product']):.0f} GFLOP a second")
    print(f"the float32 step reaches {100 * share:.0f} % of its rate")
    print(f"the bfloat16 step is {ratio(seconds['float32'], seconds['bfloat16']):.2f} times as fast")


def bench_lengths() -> None:
    """Milliseconds of a train step of systems of one size, over the length of the sequences."""
    lengths = [int(text) for text in LENGTHS.value]
    found: dict[str, list[float]] = {name: [] for name in COMPARED.value}
    for frames in lengths:
        batch, calls = batch_of(BATCH.value, frames), {}
        for name in COMPARED.value:
            net = common.model_of(timit_sample.get_config(name), FRAME)
            tx, anneal = adam(cosine_rate(1e-4, 1000), 0.0), swn_jax.anneal.cosine(1000)
            state = init_state(net, tx, anneal, 0, batch)
            compiled = jax.jit(make_train_step(net, tx, anneal)).lower(state, batch).compile()
            calls[name] = functools.partial(compiled, state, batch)
        seconds = interleaved(calls, ROUNDS.value)
        for name, times in found.items():
            times.append(1e3 * median(seconds[name]))
    print(f"milliseconds a step, batch {BATCH.value}, float32")
    print(f"{'frames':<14}" + "".join(f"{n:>9}" for n in lengths))
    for name, times in found.items():
        print(f"{name:<14}" + "".join(f"{time:>9.0f}" for time in times))
    if PLOT.value:
        plot(PLOT.value, lengths, found)


def bench_replicas() -> None:
    """R steps of one seed each, one after the other, against one step of R replicas."""
    count, batch = REPLICAS.value, batch_of(BATCH.value, FRAMES)
    tx, anneal = adam(cosine_rate(1e-4, 1000), 0.0), swn_jax.anneal.cosine(1000)
    step = make_train_step(model(), tx, anneal)
    states = [init_state(model(), tx, anneal, seed, batch) for seed in range(count)]
    one = jax.jit(step).lower(states[0], batch).compile()
    state, batches = stack(states), jax.tree.map(lambda a: jnp.stack([a] * count, axis=1), batch)
    together = jax.jit(replicated(step)).lower(state, batches).compile()
    calls = {"one by one": lambda: [one(own, batch) for own in states], "together": lambda: together(state, batches)}
    seconds = interleaved(calls, ROUNDS.value)
    print(f"{LAYERS.value} layers of {WIDTH.value}, batch {BATCH.value}")
    for name, times in seconds.items():
        print(f"{count} seeds {name}: {1e3 * median(times):.1f} ms a step of all")
    print(f"together is {ratio(seconds['one by one'], seconds['together']):.2f} times as fast")


def plot(path: str, lengths: list[int], found: dict[str, list[float]]) -> None:
    figure = Figure(figsize=(6, 4), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    for name, times in found.items():
        axes.loglog(lengths, times, marker="o", label=name)
    axes.set(xlabel="frames of a sequence", ylabel=f"milliseconds of a step, batch {BATCH.value}")
    axes.legend()
    figure.savefig(path, dpi=110)


def mebibytes(compiled: Any) -> float:
    """State, batch and temporaries of a compiled program, as the compiler plans them."""
    plan = compiled.memory_analysis()
    return (plan.temp_size_in_bytes + plan.argument_size_in_bytes + plan.output_size_in_bytes) / 2**20


def bench_sampling() -> None:
    """What a frame costs by the rings, at several batch sizes and after several numbers of frames."""
    lengths = [int(text) for text in SAMPLED.value]
    for text in PRESETS.value:
        corpus, _, system = text.partition(":")
        config = importlib.import_module(f"experiments.configs.{corpus}").get_config(system)
        net = common.model_of(config, FRAME)
        variables = net.init(jax.random.key(0), batch_of(1, 1))
        print(f"{text}: {sum(leaf.size for leaf in jax.tree.leaves(variables)):,} parameters")
        for size in map(int, BATCHES.value):
            sample_at(net, variables, size, lengths if size == 1 else lengths[:2])


def sample_at(net: swn_jax.Model, variables: Any, size: int, lengths: list[int]) -> None:
    """Prints the costs at one batch size."""

    def whole(variables: Any, batch: swn_jax.Batch, noise: jax.Array) -> jax.Array:
        return net.terms(variables, batch, noise, infer=False)[0].log_px

    calls: dict[str, Callable[[], Any]] = {}
    for frames in lengths:
        sampler = jax.jit(functools.partial(generate, net, frames=frames))
        calls[str(frames)] = functools.partial(sampler, variables, jax.random.key(0), before=jnp.zeros((size, FRAME)))
    noise = jnp.zeros((size, PREFIX, sum(net.latents)))
    calls["prefix"] = functools.partial(jax.jit(whole), variables, batch_of(size, PREFIX), noise)
    seconds = interleaved(calls, ROUNDS.value)
    for frames in lengths:
        micro = 1e6 * median(seconds[str(frames)]) / frames
        sound = size * 1e6 * FRAME / RATE / micro
        print(f"  batch {size}, {frames} frames: {micro:.0f} us a frame, {sound:.1f} seconds of sound a second")
    again = ratio(seconds["prefix"], seconds[str(lengths[0])]) * lengths[0]
    print(f"  batch {size}: recomputing a prefix of {PREFIX} frames costs {again:.1f} times a frame of the rings")


if __name__ == "__main__":
    common.run(main)
