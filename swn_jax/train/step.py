"""One update, as a pure function of state and batch; it runs alone or under any mapped axis."""

from collections.abc import Callable

import jax
import jax.numpy as jnp
import optax
from jax import lax
from jaxtyping import Array

from swn_jax.anneal import Anneal
from swn_jax.objective import by_layer, elbo
from swn_jax.ops.masks import blank
from swn_jax.train.noise import noise_of
from swn_jax.train.state import TrainState
from swn_jax.types import Batch, Model, Terms

ACTIVE = 0.01  # nats a frame from which on a latent number counts as used
Metrics = dict[str, Array]
Step = Callable[[TrainState, Batch], tuple[TrainState, Metrics]]


def make_train_step(
    model: Model, tx: optax.GradientTransformation, anneal: Anneal, axis: str | None = None, aux_weight: float = 0.0
) -> Step:
    """The step that descends on `(aux_weight sum aux - sum ELBO_beta) / sum mask`, in nats a frame (eq. 9).

    Args:
      model: of which `terms` is used.
      tx: the optimizer.
      anneal: the KL weight; its state lies in the train state.
      axis: the name of the mapped axis that splits the global batch, None on one device. Sums are divided by
        the frames of the global batch, so that devices with unequal numbers of real frames weigh right.
      aux_weight: of the further costs of a model's own, `Terms.aux`; they are no part of the bound.
    """

    def total(tree):
        return lax.psum(tree, axis) if axis else tree

    def step(state: TrainState, batch: Batch) -> tuple[TrainState, Metrics]:
        size = batch.x.shape[0]
        rows = (lax.axis_index(axis) * size if axis else 0) + jnp.arange(size)
        noise = noise_of(state.key, state.step, rows, batch.x.shape[1], sum(model.latents))
        frames = total(batch.mask.sum())

        def loss(params):
            variables = {"params": params, **state.extra}
            terms, extra = model.terms(variables, batch, noise, train=True, axis=axis)
            cost = aux_weight * blank(terms.aux.sum(-1), batch.mask)
            return (cost.sum() - elbo(terms, batch.mask, state.anneal.beta).sum()) / frames, (terms, extra)

        (value, (terms, extra)), grads = jax.value_and_grad(loss, has_aux=True)(state.params)
        value, grads = total((value, grads))
        norm = optax.tree.norm(grads)
        good = jnp.isfinite(value) & jnp.isfinite(norm)
        updates, opt = tx.update(grads, state.opt, state.params)
        params = optax.apply_updates(state.params, updates)
        params, extra, opt = jax.tree.map(
            lambda new, old: jnp.where(good, new, old), (params, extra, opt), (state.params, state.extra, state.opt)
        )
        bad = 1 - good.astype(jnp.int32)
        new = TrainState(
            state.step + 1, params, extra, opt, anneal.update(state.anneal), state.key,
            state.skipped + bad, bad * (state.in_a_row + 1),
        )  # fmt: skip
        metrics = total(sums(model, terms, batch))
        metrics = {name: value / frames for name, value in metrics.items()}
        kl = metrics.pop("kl")
        return new, {
            "loss": value, "elbo": metrics["log_px"] - kl.sum(), **metrics, "kl": kl.sum(),
            "kl_by_layer": by_layer(kl, model.latents),
            "active": by_layer((kl > ACTIVE).astype(jnp.int32), model.latents),
            "beta": state.anneal.beta, "grad_norm": norm, "skipped": new.skipped, "in_a_row": new.in_a_row,
        }  # fmt: skip

    return step


def sums(model: Model, terms: Terms, batch: Batch) -> Metrics:
    """Sums over the real frames of a batch: the density, its floored frames, further costs, each latent number's KL."""
    return {
        "log_px": jnp.sum(blank(terms.log_px, batch.mask)),
        "aux": jnp.sum(blank(terms.aux.sum(-1), batch.mask)),
        "floored": jnp.sum(terms.floored * batch.mask),
        "kl": jnp.sum(blank(terms.kl, batch.mask), axis=(0, 1)),
    }
