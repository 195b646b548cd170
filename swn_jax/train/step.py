"""The train step, a pure function of state and batch, that runs alone or under a mapped axis."""

from collections.abc import Callable
from typing import Any, TypeVar

import jax
import jax.numpy as jnp
import optax
from jax import lax
from jaxtyping import Array

from swn_jax import objective
from swn_jax.anneal import Anneal
from swn_jax.objective import by_layer
from swn_jax.train.flat import Flat, flatten
from swn_jax.train.input_noise import InputNoise
from swn_jax.train.lanes import gathered, resumed
from swn_jax.train.noise import noise_of
from swn_jax.train.own_inputs import OwnInputs, with_own
from swn_jax.train.state import TrainState, variables_of
from swn_jax.types import Batch, Model, Terms, Variables

ACTIVE = 0.01  # nats per frame from which on a latent number counts as used
Metrics = dict[str, Array]
T = TypeVar("T")
TrainStep = Callable[[TrainState, Batch], tuple[TrainState, Metrics]]


def make_train_step(
    model: Model, tx: optax.GradientTransformation, anneal: Anneal, axis: str | None = None, aux_weight: float = 0.0,
    input_noise: InputNoise | None = None, free_nats: float = 0.0, own_inputs: OwnInputs | None = None,
    reduced: Callable[[Flat], Flat] = lambda gradients: gradients,
) -> TrainStep:  # fmt: skip
    """Make the step that minimises `(aux_weight sum aux - sum ELBO_beta) / sum mask`, in nats per frame (eq. 9).

    Args:
      model: of which `terms` is used.
      tx: the optimizer.
      anneal: the KL weight; its state lies in the train state.
      axis: the name of the mapped axis that splits the global batch, None on one device. Sums are divided by
        the frames of the global batch, so that devices with unequal numbers of real frames weigh right.
      aux_weight: of the further costs of a model's own, `Terms.aux`; they are no part of the bound.
      input_noise: on the frames that the generator reads; what is scored and what the posterior sees stay clean.
      own_inputs: how many of these frames the model draws itself; what is scored stays clean here too.
      reduced: of the gradients, where a compiler that shares out arrays over devices is told where they shall lie.
      free_nats: per frame and layer that z may carry at no cost, as in `objective.loss`; the metrics count them.
    """

    def all_sum(tree: T) -> T:
        return lax.psum(tree, axis) if axis else tree

    def step(state: TrainState, batch: Batch) -> tuple[TrainState, Metrics]:
        size, batch = batch.x.shape[0], resumed(model, state.lanes, batch, axis)
        rows = (lax.axis_index(axis) * size if axis else 0) + jnp.arange(size)
        noise = noise_of(state.key, state.step, rows, batch.x.shape[1], sum(model.latents))
        frames = all_sum(batch.mask.sum())
        read = input_noise(state.key, state.step, rows, batch.x) if input_noise else None
        if own_inputs:
            given = batch.x if read is None else read
            read = with_own(own_inputs, model, variables_of(state), state.key, state.step, rows, batch, given)

        def loss(params: Any) -> tuple[Array, tuple[Terms, Variables]]:
            variables = {"params": params, **state.extra}
            terms, extra = model.terms(variables, batch, noise, train=True, axis=axis, read=read)
            total = objective.loss(terms, batch.mask, state.anneal.beta, aux_weight, free_nats, model.latents)
            return total / frames, (terms, extra)

        (value, (terms, extra)), grads = jax.value_and_grad(loss, has_aux=True)(state.params.tree())
        value, grads = all_sum((value, flatten(grads, least=len(state.params.matrices))))
        grads = reduced(grads)
        norm = optax.tree.norm(grads)
        good = jnp.isfinite(value) & jnp.isfinite(norm)
        updates, opt = tx.update(grads, state.opt, state.params)
        params = optax.apply_updates(state.params, updates)
        lanes = gathered(model, terms.carry, axis)
        params, extra, opt, lanes = jax.tree.map(
            lambda new, old: jnp.where(good, new, old),
            (params, extra, opt, lanes), (state.params, state.extra, state.opt, state.lanes),
        )  # fmt: skip
        bad = 1 - good.astype(jnp.int32)
        new = TrainState(
            state.step + 1, params, extra, opt, anneal.update(state.anneal), state.key,
            state.skipped + bad, bad * (state.in_a_row + 1), lanes,
        )  # fmt: skip
        totals = all_sum(objective.batch_totals(terms, batch.mask))
        log_px, aux, at_floor, kl = (part / frames for part in totals[:4])
        return new, {
            "loss": value, "elbo": log_px - kl.sum(), "log_px": log_px, "kl": kl.sum(), "aux": aux,
            "at_floor": at_floor,
            "kl_by_layer": by_layer(kl, model.latents),
            "active": by_layer((kl > ACTIVE).astype(jnp.int32), model.latents),
            "beta": state.anneal.beta, "grad_norm": norm, "skipped": new.skipped, "in_a_row": new.in_a_row,
        }  # fmt: skip

    return step
