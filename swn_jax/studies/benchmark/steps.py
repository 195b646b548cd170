"""The train step of a preset, as training calls it."""

import functools
import math
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import numpy as np

from swn_jax.configs.named import settings_by_name
from swn_jax.configs.settings import Config, Settings
from swn_jax.dists.likelihood import of_integers
from swn_jax.runs.parts import compiled_step, fields_in, first_state, model_of
from swn_jax.studies.benchmark.arithmetic import arithmetic
from swn_jax.studies.benchmark.plan import Plan
from swn_jax.studies.benchmark.row import Measured, Prepare
from swn_jax.studies.benchmark.timing import seconds_per_call
from swn_jax.train.replicas import join, join_batches
from swn_jax.train.state import TrainState
from swn_jax.train.step import Metrics
from swn_jax.types import Batch, Model

EPOCH = 100  # steps, of schedules
LINE = 600  # frames of a line of ink
UNITS = {"scale": 1000.0, "shift": 0.0}  # of integers


def of_preset(preset: str, dtype: str = "float32") -> Settings:
    """The settings of a preset with its products in a dtype."""
    settings = settings_by_name(preset)
    settings["model"]["dtype"] = dtype
    return settings


def sizes(settings: Settings, plan: Plan) -> tuple[int, int]:
    """Sequences in a batch, and frames in a sequence."""
    return plan.batch or settings["batch"], min(settings["sequence_length"], LINE)


def width_of(settings: Config) -> int:
    """The numbers of a frame: of ink a pen's, of sound as many samples as TIMIT's."""
    return 3 if settings["likelihood"]["name"] == "pen" else 200


def built(settings: Config) -> Model:
    """The model of settings, on a corpus of no particular units."""
    fields = fields_in(settings)
    return model_of(settings, width_of(settings), fields | (UNITS if of_integers(fields["name"]) else {}))


class Program(NamedTuple):
    """A compiled train step."""

    init: Callable[[], TrainState]
    step: Callable[[TrainState, Batch], tuple[TrainState, Metrics]]
    batch: Batch
    operations: float  # in the products of a step
    facts: Measured


def program(settings: Settings, size: int, frames: int, replicas: int) -> Program:
    """Compile the train step of one seed, or of several in one program, for batches of this size."""
    model, width = built(settings), width_of(settings)
    init = jax.jit(lambda: join([first_state(settings | {"seed": s}, model, EPOCH) for s in range(replicas)]))
    batch = join_batches([batch_of(size, frames, width, seed) for seed in range(replicas)])
    step: Any = compiled_step(settings, model, width > 3, EPOCH, replicas, devices=1)
    start = time.perf_counter()
    like = jax.eval_shape(init)
    traced = step.trace(like, batch)
    lowered = traced.lower()
    between = time.perf_counter()
    compiled = lowered.compile()
    facts = {
        "parameters": parameters(like), "trace_s": between - start,
        "compile_s": time.perf_counter() - between, "planned_mib": mebibytes(compiled),
    }  # fmt: skip
    return Program(init.lower().compile(), compiled, batch, arithmetic(traced.jaxpr.jaxpr), facts)


def step(settings: Settings, size: int, frames: int, replicas: int, seconds: float) -> Prepare:
    """The train step of one seed, or of several in one program, on batches of this size."""

    def prepare() -> Callable[[], Measured]:
        return functools.partial(measure, program(settings, size, frames, replicas), seconds)

    return prepare


def measure(program: Program, seconds: float) -> Measured:
    """Time the step; its state goes from call to call, and the batch comes from the host, as in training."""
    states = [program.init()]

    def call() -> Metrics:
        state, metrics = program.step(states.pop(), program.batch)
        states.append(state)
        return metrics

    taken = seconds_per_call(call, seconds)
    found = {"ms": 1e3 * taken, "frames_per_second": float(program.batch.mask.sum()) / taken}
    found |= {"tflop": 1e-12 * program.operations, "tflops": 1e-12 * program.operations / taken}
    return found | program.facts | {"skipped_updates": int(states[0].skipped.sum())}


def batch_of(size: int, frames: int, width: int, seed: int) -> Batch:
    """A batch of random frames on the host."""
    x = np.random.default_rng(seed).standard_normal((size, frames, width), np.float32)
    return Batch(x, np.ones((size, frames), np.float32), np.zeros((size, width), np.float32))  # type: ignore[arg-type]


def parameters(state: TrainState) -> int:
    """The number of parameters in a state, of each seed."""
    return sum(math.prod(shape) for shape, _ in state.params.layout.leaves)


def mebibytes(compiled: Any) -> float:
    """Memory of a compiled program for state, batch and temporaries, as planned; what is donated counts once."""
    plan = compiled.memory_analysis()
    whole = plan.temp_size_in_bytes + plan.argument_size_in_bytes + plan.output_size_in_bytes
    return (whole - plan.alias_size_in_bytes) / 2**20
