"""The bound on a split: the mean over whole sequences, without padding."""

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Float, Int

from swn_jax.objective import by_layer, elbo, log_mean_exp, log_weight, sequence_totals
from swn_jax.train.noise import joined_noise
from swn_jax.train.stretches import OVERLAP, WINDOW, stretches
from swn_jax.types import Batch, Model, Terms, Variables


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
    """The parts of the bounds summed over the counted frames of a stretch, and the bound of each frame."""

    elbo: Float[Array, " B"]
    log_px: Float[Array, " B"]
    kl: Float[Array, "B S"]
    log_weight: Float[Array, "B K"]  # of each draw
    at_floor: Float[Array, " B"]
    frames: Float[Array, " B"]
    by_frame: Float[Array, "B T"]


Score = Callable[[Variables, Array, Array, Batch, Array], Sums]


def make_score(model: Model, samples: int) -> Score:
    """Compile `(variables, keys, first, batch, counted) -> Sums`; arguments are those of `sums`."""
    return jax.jit(lambda *given: sums(model, samples, *given))


def sums(
    model: Model, samples: int, variables: Variables, keys: Array, first: Array | int, batch: Batch, counted: Array
) -> Sums:
    """The parts of the bounds, with `samples` draws for the weighted one, made one after the other.

    The noise of a sequence depends on the keys, one for each equal part of its frames, and its number (`first` is the
    number of the batch's first row), so the batch size does not change the result. `counted` is the mask of the frames
    that are summed.
    """
    rows, frames = first + jnp.arange(batch.x.shape[0]), batch.x.shape[1]

    def run(k: Array | int) -> Terms:
        return model.terms(variables, batch, joined_noise(keys, k, rows, frames, sum(model.latents)))[0]

    terms = run(0)
    log_w = lax.map(lambda k: log_weight(run(k), counted), jnp.arange(samples))
    totals = sequence_totals(terms, counted)
    return Sums(
        elbo=elbo(terms, counted),
        log_px=totals.log_px,
        kl=by_layer(totals.kl, model.latents),
        log_weight=log_w.T,
        at_floor=totals.at_floor,
        frames=totals.frames,
        by_frame=terms.log_px - terms.kl.sum(-1),
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
    found = sums(model, samples, variables, key[None], first, batch, batch.mask)
    iwae = log_mean_exp(found.log_weight.T)
    return Scores(found.elbo, found.log_px, found.kl, iwae, found.at_floor, found.frames, found.by_frame)


def collect(
    score: Score,
    variables: Variables,
    seed: int,
    groups: Iterable[tuple[Batch, int, Sequence[str]]],
    window: int = WINDOW,
    overlap: int = OVERLAP,
) -> Scores:
    """Score every real sequence of the groups `(batch, real, ids)`, in order, long ones in `stretches`."""
    key, first, parts = jax.random.key(seed), 0, []
    for batch, real, _ in groups:
        pieces, by_frame = [], []
        for keys, piece, counted in stretches(batch, key, window, overlap):
            found = score(variables, keys, jnp.asarray(first), jax.tree.map(jnp.asarray, piece), jnp.asarray(counted))
            found = jax.tree.map(lambda a, real=real: np.asarray(a[:real], np.float64), found)
            by_frame.append(found.by_frame[counted[:real] > 0])
            pieces.append(found._replace(by_frame=np.zeros(0)))
        total = jax.tree.map(lambda *each: sum(each), *pieces)
        with np.errstate(invalid="ignore"):  # of a model that has diverged
            iwae = np.logaddexp.reduce(total.log_weight, axis=1) - math.log(total.log_weight.shape[1])
        frames: Any = np.concatenate(by_frame)
        parts.append(Scores(total.elbo, total.log_px, total.kl, iwae, total.at_floor, total.frames, frames))
        first += real
    return jax.tree.map(lambda *column: np.concatenate(column), *parts)


def bits_per_sample(scores: Scores, width: int, scale: float) -> float:
    """The ELBO as bits per sample of 16-bit sound, `(log scale - ELBO / samples) / log 2`: a code length.

    Args:
      scores: of all sequences.
      width: D, the samples in a frame.
      scale: what standardised the data, in raw units (16-bit steps).
    """
    return float((math.log(scale) - scores.elbo.sum() / (scores.frames.sum() * width)) / math.log(2))


def worst(by_frame: Float[np.ndarray, " F"]) -> Float[np.ndarray, " F2"]:
    """The bounds of the worst 1 % of frames, of one at least: what a density pays for being too sure of itself."""
    return np.sort(by_frame)[: max(1, len(by_frame) // 100)]


def report(scores: Scores, samples: int) -> dict[str, Any]:
    """Average over sequences and frames; `samples` is the K of the importance-weighted bound."""
    count, frames = len(scores.elbo), float(scores.frames.sum())
    return {
        "elbo": float(scores.elbo.mean()),
        "elbo_standard_error": float(scores.elbo.std(ddof=1) / math.sqrt(count)) if count > 1 else 0.0,
        "log_px": float(scores.log_px.mean()),
        "kl": float(scores.kl.sum(-1).mean()),
        "kl_by_layer": [float(v) for v in scores.kl.mean(0)],
        "iwae": float(scores.iwae.mean()),
        "iwae_samples": samples,
        "elbo_per_frame": float(scores.elbo.sum() / frames),
        "frames_at_floor": float(scores.at_floor.sum() / frames),
        "median_frame": float(np.median(scores.by_frame)),
        "worst_frames": float(worst(np.asarray(scores.by_frame)).sum() / count),
        "sequences": count,
        "frames": int(frames),
    }
