"""Building the parts of a run from its config: model, optimizer, annealing schedule and initial state."""

from typing import Any

import optax
from ml_collections import ConfigDict

from swn_jax import anneal, models
from swn_jax.anneal import Anneal
from swn_jax.dists.likelihood import likelihood
from swn_jax.train.duration import in_steps
from swn_jax.train.optim import adam, cosine_rate
from swn_jax.train.state import TrainState, init_state
from swn_jax.types import Model


def model_of(config: ConfigDict, width: int) -> Model:
    """Build the model for frames of `width` numbers."""
    fields: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in config.model.items()
    }
    return models.build(fields.pop("name"), width, likelihood=likelihood(**config.likelihood), **fields)


def rate_of(config: ConfigDict, epoch: int) -> optax.Schedule:
    """The learning rate schedule; here and below, `epoch` is the number of steps per epoch."""
    return cosine_rate(config.rate, in_steps(config.steps, epoch), in_steps(config.warmup, epoch))


def optimizer_of(config: ConfigDict, epoch: int) -> optax.GradientTransformation:
    """Build the optimizer."""
    return adam(rate_of(config, epoch), config.clip, b2=config.adam_b2, eps=config.adam_eps, decay=config.decay,
                largest=config.clip_largest)  # fmt: skip


def anneal_of(config: ConfigDict, epoch: int) -> Anneal:
    """The KL annealing schedule."""
    return anneal.schedule(config.anneal.kind, in_steps(config.anneal.over, epoch), config.anneal.start)


def first_state(config: ConfigDict, model: Model, epoch: int) -> TrainState:
    """The initial train state, from the config's seed."""
    return init_state(model, optimizer_of(config, epoch), anneal_of(config, epoch), config.seed)
