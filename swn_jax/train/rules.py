"""Optimizers beside Adam, from optax, for parameters that lie in a `Flat`."""

from typing import Any

import optax
from optax import contrib

from swn_jax.train.flat import Flat, flatten
from swn_jax.train.optim import matrices


def lion(rate: optax.Schedule, b1: float, b2: float, decay: float) -> optax.GradientTransformation:
    """Lion (Chen et al. 2023): the sign of a momentum; it wants about a tenth of Adam's rate, and has one moment.

    Args:
      rate: from step to learning rate.
      b1, b2: of the momentum whose sign is taken, and of that which is kept.
      decay: decoupled weight decay, times the rate, on matrices only.
    """
    return optax.lion(rate, b1, b2, weight_decay=decay, mask=matrices)


def muon(rate: optax.Schedule, beta: float, b2: float, eps: float, decay: float) -> optax.GradientTransformation:
    """Muon (Jordan et al. 2024): an orthogonal momentum for matrices, for all else Adam with Nesterov's momentum.

    Updates of a matrix are scaled to the root mean square of Adam's, 0.2 of the rate (Liu et al. 2025): it takes rates
    as Adam does. Each matrix is orthogonalised by itself, so the state lies in trees, and a step has kernels for every
    matrix.

    Args:
      rate: from step to learning rate.
      beta: of the momentum.
      b2, eps: of Adam.
      decay: decoupled weight decay, times the rate, on matrices only.
    """
    return on_trees(contrib.muon(rate, beta=beta, eps=eps, weight_decay=decay, adam_b2=b2, consistent_rms=0.2))


def schedule_free(rate: optax.Schedule, b1: float, b2: float, eps: float, decay: float) -> optax.GradientTransformation:
    """Schedule-free AdamW (Defazio et al. 2024): an average of the iterates is evaluated, and the rate never falls.

    Args:
      rate: from step to learning rate, constant after its warm-up.
      b1: the share of the average in the parameters at which gradients are taken.
      b2, eps: of Adam.
      decay: decoupled weight decay, times the rate, on matrices only.
    """
    base = optax.chain(
        optax.scale_by_rms(b2, eps, eps_in_sqrt=False, bias_correction=True),
        optax.add_decayed_weights(decay, mask=matrices),
        optax.scale_by_learning_rate(rate),
    )
    return contrib.schedule_free(base, rate, b1)


def on_trees(tx: optax.GradientTransformation) -> optax.GradientTransformation:
    """An optimizer that sees the trees of `Flat` parameters, and keeps trees."""

    def update(grads: Flat, state: Any, params: Flat) -> tuple[Flat, Any]:
        updates, state = tx.update(grads.tree(), state, params.tree())
        return flatten(updates), state

    return optax.GradientTransformation(lambda params: tx.init(params.tree()), update)
