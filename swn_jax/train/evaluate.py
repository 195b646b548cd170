"""The bound on a split: the mean over whole sequences, without padding."""

import functools
import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Float, Int

from swn_jax.objective import by_layer, elbo, log_mean_exp, log_weight, sequence_totals
from swn_jax.train.pieces import WINDOW, Draws, carried, noise_in, pieces
from swn_jax.types import Batch, Carry, Model, Terms, Variables


class Scores(NamedTuple):
    """The bounds and their parts for each sequence, in nats."""

    elbo: Float[Array, " B"]
    log_px: Float[Array, " B"]
    kl: Float[Array, "B S"]  # by layer, lowest first
    iwae: Float[Array, " B"]
    at_floor: Float[Array, " B"]  # frames with a scale at the floor
    frames: Float[Array, " B"]
    by_frame: Float[Array, "..."]  # the bound of each frame [B, T]; of whole splits that of each real frame [F]


class Sums(NamedTuple):
    """The parts of the bounds summed over the frames of a stretch, the bound of each frame, and the carries."""

    elbo: Float[Array, " B"]
    log_px: Float[Array, " B"]
    kl: Float[Array, "B S"]
    log_weight: Float[Array, "B K"]  # of each draw
    at_floor: Float[Array, " B"]
    frames: Float[Array, " B"]
    by_frame: Float[Array, "B T"]
    carry: Carry | None  # of each draw


class Score(NamedTuple):
    """The compiled `sums` of a model: `run(variables, draws, first, batch, total)`."""

    model: Model
    samples: int
    run: Callable[[Variables, Draws, Array, Batch, int], Sums]


def make_score(model: Model, samples: int) -> Score:
    """Compile the sums of a model, with `samples` draws for the weighted bound."""
    return Score(model, samples, jax.jit(functools.partial(sums, model, samples), static_argnums=4))


def sums(
    model: Model, samples: int, variables: Variables, draws: Draws, first: Array | int, batch: Batch, total: int
) -> Sums:
    """The parts of the bounds, with `samples` draws for the weighted one, made one after the other.

    The noise of a sequence depends on its keys and its number (`first` is the number of the batch's first row), so the
    batch size does not change the result. A stretch has a carry for each draw.
    """
    rows, (frames, mask) = first + jnp.arange(batch.x.shape[0]), (batch.x.shape[1], batch.mask)

    def run(at: tuple[Array | int, Carry | None]) -> Terms:
        k, carry = at
        noise = noise_in(draws, total, k, rows, frames, sum(model.latents))
        return model.terms(variables, batch._replace(carry=carry), noise)[0]

    def weigh(at: tuple[Array, Carry | None]) -> tuple[Array, Carry | None]:
        terms = run(at)
        return log_weight(terms, mask), terms.carry

    terms = run((0, jax.tree.map(lambda a: a[0], batch.carry)))
    log_w, carry = lax.map(weigh, (jnp.arange(samples), batch.carry))
    totals = sequence_totals(terms, mask)
    return Sums(
        elbo=elbo(terms, mask),
        log_px=totals.log_px,
        kl=by_layer(totals.kl, model.latents),
        log_weight=log_w.T,
        at_floor=totals.at_floor,
        frames=totals.frames,
        by_frame=terms.log_px - terms.kl.sum(-1),
        carry=carry,
    )


def score(
    model: Model, variables: Variables, key: Array, batch: Batch, samples: int, *, first: Int[Array, ""] | int = 0
) -> Scores:
    """The bounds of each sequence, that of `samples` draws of z among them, in the memory of one draw.

    The noise of a sequence depends on the key and its number alone, so that the batch size does not change the result.

    Args:
      model: whose `terms` are used.
      variables: its parameters.
      key: fixes the draws.
      batch: to score.
      samples: K of the importance-weighted bound (`objective.iwae`).
      first: the number of the batch's first sequence.
    """
    given = carried(batch, samples)
    found = sums(model, samples, variables, Draws(key[None], 0), first, given, batch.x.shape[1])
    iwae = log_mean_exp(found.log_weight.T)
    return Scores(found.elbo, found.log_px, found.kl, iwae, found.at_floor, found.frames, found.by_frame)


def collect(
    score: Score,
    variables: Variables,
    seed: int,
    groups: Iterable[tuple[Batch, int, Sequence[str]]],
    length: int = WINDOW,
) -> Scores:
    """Score every real sequence of the groups `(batch, real, ids)`, in order, `length` frames at a time."""
    key, first, parts = jax.random.key(seed), 0, []
    for batch, real, _ in groups:
        done, by_frame, carry = [], [], None
        for draws, whole, piece in pieces(score.model, batch, key, length):
            given = carried(piece, score.samples) if carry is None else piece._replace(carry=carry)
            found = score.run(variables, draws, jnp.asarray(first), jax.tree.map(jnp.asarray, given), whole)
            carry, found = found.carry, found._replace(carry=None)
            found = jax.tree.map(lambda a, real=real: np.asarray(a[:real], np.float64), found)
            by_frame.append(found.by_frame[piece.mask[:real] > 0])
            done.append(found._replace(by_frame=np.zeros(0)))
        total = jax.tree.map(lambda *each: sum(each), *done)
        with np.errstate(invalid="ignore"):  # of a model that has diverged
            iwae = np.logaddexp.reduce(total.log_weight, axis=1) - math.log(total.log_weight.shape[1])
        frames: Any = np.concatenate(by_frame)
        parts.append(Scores(total.elbo, total.log_px, total.kl, iwae, total.at_floor, total.frames, frames))
        first += real
    return jax.tree.map(lambda *column: np.concatenate(column), *parts)
