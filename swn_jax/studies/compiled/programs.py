"""The programs of a config, lowered for devices that need not be there."""

import functools
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax.sharding import Mesh, SingleDeviceSharding

from swn_jax.configs.settings import Config
from swn_jax.data.eval_batches import FRAMES
from swn_jax.errors import SwnError
from swn_jax.runs.parts import first_state, step_maker
from swn_jax.sampling import generate
from swn_jax.studies.benchmark.arithmetic import arithmetic
from swn_jax.studies.benchmark.steps import EPOCH, LINE, built, parameters, width_of
from swn_jax.train.evaluate import sums
from swn_jax.train.parallel import AXIS, lowered_step, placed
from swn_jax.train.pieces import Draws
from swn_jax.train.replicas import join
from swn_jax.train.sharded import lowered_sharded_step
from swn_jax.types import Batch, Model

SEEDS = 4  # in one program
ROWS = 16  # sequences of an evaluation, as long as its groups allow
SAMPLED = 80  # frames
Devices = Sequence[jax.Device]


class Program(NamedTuple):
    """A program that can be lowered for batches of any size."""

    what: str
    labels: dict[str, Any]
    batch: int
    lower: Callable[[int, Devices], jax.stages.Lowered]
    arithmetic: Callable[[int], float]  # of a batch, over all devices
    frames: int = 1  # that its launches are divided by


def programs_of(config: Config, devices: int) -> Iterator[Program]:
    """Train step, several seeds in one, evaluation and sampling; on several devices the step, whole and shared out."""
    if config.get("carried", False):
        raise SwnError("found carried=True, of which the programs are not compiled here: leave --config.carried out")
    model, width, batch = built(config), width_of(config), config["batch"]
    frames = min(config["sequence_length"], LINE)
    train = functools.partial(training, config, model, frames, width, batch)
    yield train("step", 1)
    if devices > 1:
        yield train("shared_out", 1)
        return
    yield train("replicas", SEEDS)
    yield evaluation(model, width)
    yield sampling(model, width)


def training(config: Config, model: Model, frames: int, width: int, batch: int, what: str, seeds: int) -> Program:
    """The train step, as training compiles it."""
    make = step_maker(config, model, width > 3, EPOCH, seeds)
    state = jax.eval_shape(lambda: join([first_state(config, model, EPOCH)] * seeds))

    def lower(size: int, devices: Devices) -> jax.stages.Lowered:
        given = batch_like(size, frames, width, seeds)
        if what == "shared_out":
            return lowered_sharded_step(make, Mesh(np.array(devices), AXIS), state, given)
        return lowered_step(make, devices, state, given)

    def operations(size: int) -> float:
        return arithmetic(jax.make_jaxpr(make(None))(state, batch_like(size, frames, width, seeds)).jaxpr)

    labels = {"batch": batch, "frames": frames, "parameters": parameters(state)}
    return Program(what, labels | ({"replicas": seeds} if what == "replicas" else {}), batch, lower, operations)


def evaluation(model: Model, width: int) -> Program:
    """The bound with one draw of z, and again with one for the weighted bound."""
    variables, frames = jax.eval_shape(model.init, key_like()), FRAMES // ROWS

    def score(variables: Any, draws: Draws, first: jax.Array, batch: Batch) -> Any:
        return sums(model, 1, variables, draws, first, batch, frames)

    def given(size: int) -> tuple:
        batch = batch_like(size, frames, width, 1)
        draws = Draws(jax.eval_shape(lambda key: key[None], key_like()), like((), "int32"))
        return variables, draws, like((), "int32"), batch

    def lower(size: int, devices: Devices) -> Any:
        return jax.jit(score).lower(*placed(given(size), SingleDeviceSharding(devices[0])))

    return Program("evaluation", {"batch": ROWS, "frames": frames}, ROWS, lower,
                   lambda size: arithmetic(jax.make_jaxpr(score)(*given(size)).jaxpr))  # fmt: skip


def sampling(model: Model, width: int) -> Program:
    """Ancestral sampling of one sequence."""

    def sample(variables: Any, key: jax.Array, before: jax.Array) -> jax.Array:
        return generate(model, variables, key, SAMPLED, before=before)

    def given(size: int) -> tuple:
        return jax.eval_shape(model.init, key_like()), key_like(), like((size, width))

    def lower(size: int, devices: Devices) -> Any:
        return jax.jit(sample).lower(*placed(given(size), SingleDeviceSharding(devices[0])))

    return Program("sampling", {"batch": 1, "frames": SAMPLED}, 1, lower,
                   lambda size: arithmetic(jax.make_jaxpr(sample)(*given(size)).jaxpr), SAMPLED)  # fmt: skip


def batch_like(size: int, frames: int, width: int, seeds: int) -> Batch:
    """The shapes of a batch; of several seeds on the second axis, as training has it."""
    lead = (size,) if seeds == 1 else (size, seeds)
    return Batch(like((*lead, frames, width)), like((*lead, frames)), like((*lead, width)))


def key_like() -> Any:
    """The shape of a key."""
    return jax.eval_shape(lambda: jax.random.key(0))


def like(shape: tuple[int, ...], dtype: str = "float32") -> Any:
    """The shape of an array."""
    return jax.ShapeDtypeStruct(shape, jnp.dtype(dtype))
