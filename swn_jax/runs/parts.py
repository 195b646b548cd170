"""Building the parts of a run from its config: model, annealing schedule, train step and initial state."""

import functools
from collections.abc import Callable, Mapping
from typing import Any

import jax

from swn_jax import anneal, models
from swn_jax.anneal import Anneal
from swn_jax.configs.settings import Config
from swn_jax.dists.likelihood import fields_of, likelihood
from swn_jax.errors import SwnError
from swn_jax.runs.optimizer import ends_of, optimizer_of
from swn_jax.train import distributed
from swn_jax.train.duration import in_steps
from swn_jax.train.input_noise import InputNoise, spectral, white
from swn_jax.train.own_inputs import OwnInputs
from swn_jax.train.parallel import compile_step
from swn_jax.train.replicas import replicated
from swn_jax.train.state import TrainState, init_state
from swn_jax.train.step import TrainStep, make_train_step
from swn_jax.types import Model, Variables


def fields_in(config: Config) -> dict[str, Any]:
    """The name and fields of a config's likelihood; another name than the system's keeps what fields they share."""
    fields = dict(config["likelihood"])
    known = fields_of(fields["name"])
    return {key: value for key, value in fields.items() if key == "name" or key in known}


def model_of(
    config: Config, width: int, density: Mapping[str, Any] | None = None, condition: int | tuple[int, int] = 0
) -> Model:
    """Build the model for frames of `width` numbers, with the likelihood of its config unless `density` is given.

    `condition` counts the numbers that it is given with each sequence or frame, or the letters of a text.
    """
    fields: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in config["model"].items()
    }
    built = likelihood(**(density or fields_in(config)))
    return models.build(fields.pop("name"), width, likelihood=built, condition=condition, **fields)


def anneal_of(config: Config, epoch: int) -> Anneal:
    """The KL annealing schedule."""
    own = config["anneal"]
    rising = anneal.schedule(own["kind"], in_steps(own["over"], epoch), own["start"])
    end = own.get("end", 1.0)
    return rising if end == 1.0 else anneal.scaled(rising, end)


def first_state(
    config: Config, model: Model, epoch: int, start: Callable[[Variables], Variables] = lambda own: own
) -> TrainState:
    """The initial train state, from the config's seed; `start` may change the initial variables."""
    lanes = config["batch"] if config.get("carried", False) else 0
    return init_state(model, optimizer_of(config, epoch), anneal_of(config, epoch), config["seed"], start, lanes)


def input_noise_of(config: Config, quantized: bool) -> InputNoise | None:
    """The noise on what is read in training: of its own spectrum for sound, which is quantized, else white."""
    deviation = config.get("input_noise", 0.0)
    kind = spectral if quantized else white
    return functools.partial(kind, deviation=deviation) if deviation else None


def own_inputs_of(config: Config, epoch: int) -> OwnInputs | None:
    """The share of what is read that the model draws itself: growing in half the training as first meant."""
    share = config.get("own_inputs", 0.0)
    return OwnInputs(share, ends_of(config, epoch)[0] // 2) if share else None


def step_maker(config: Config, model: Model, quantized: bool, epoch: int, replicas: int) -> Callable[..., TrainStep]:
    """From the name of a mapped axis, and for one seed `reduced`, to the train step; `quantized` as of the domain."""
    make = functools.partial(
        make_train_step,
        model,
        optimizer_of(config, epoch),
        anneal_of(config, epoch),
        aux_weight=config["aux_weight"],
        input_noise=input_noise_of(config, quantized),
        free_nats=config.get("free_nats", 0.0),
        own_inputs=own_inputs_of(config, epoch),
    )
    return make if replicas == 1 else lambda axis: replicated(make(axis))


def compiled_step(config: Config, model: Model, quantized: bool, epoch: int, replicas: int, devices: int) -> TrainStep:
    """Compile the train step for the chosen devices."""
    if devices and jax.process_count() > 1:
        raise SwnError("--devices is for one process, several use all that they see: hide devices by the environment")
    there = distributed.devices()
    if not 0 <= devices <= len(there):
        raise SwnError(f"found --devices={devices}, wanted 1 to {len(there)}, the devices that are there, or 0 for all")
    return compile_step(step_maker(config, model, quantized, epoch, replicas), there[: devices or None])
