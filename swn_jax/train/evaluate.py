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
from swn_jax.train.noise import noise_of
from swn_jax.types import Batch, Model, Terms, Variables


class Scores(NamedTuple):
    """The bounds and their parts for each sequence of a batch, in nats."""

    elbo: Float[Array, " B"]
    log_px: Float[Array, " B"]
    kl: Float[Array, "B S"]  # by layer, lowest first
    iwae: Float[Array, " B"]
    at_floor: Float[Array, " B"]  # frames with a scale at the floor
    frames: Float[Array, " B"]
    by_frame: Float[Array, "B T"]  # the bound of each frame, padding included


Score = Callable[[Variables, Array, Array, Batch], Scores]


def make_score(model: Model, samples: int) -> Score:
    """Compile `(variables, key, first, batch) -> Scores`, with `samples` draws for the importance-weighted bound.

    Arguments are those of `score`.
    """
    return jax.jit(lambda variables, key, first, batch: score(model, variables, key, batch, samples, first=first))


def score(
    model: Model, variables: Variables, key: Array, batch: Batch, samples: int, *, first: Int[Array, ""] | int = 0
) -> Scores:
    """The bounds of each sequence, that of `samples` draws of z among them, in the memory of one draw.

    The draws are made one after the other. The noise of a sequence depends on the key and its number alone, so that
    the batch size does not change the result.

    Args:
      model: whose `terms` are used.
      variables: its parameters.
      key: fixes the draws.
      batch: to score.
      samples: K of the importance-weighted bound (`objective.iwae`).
      first: the number of the batch's first sequence.
    """
    rows, frames = first + jnp.arange(batch.x.shape[0]), batch.x.shape[1]

    def run(k: Array | int) -> Terms:
        noise = noise_of(key, k, rows, frames, sum(model.latents))
        return model.terms(variables, batch, noise)[0]

    terms = run(0)
    log_w = lax.map(lambda k: log_weight(run(k), batch.mask), jnp.arange(samples))
    totals = sequence_totals(terms, batch.mask)
    return Scores(
        elbo=elbo(terms, batch.mask),
        log_px=totals.log_px,
        kl=by_layer(totals.kl, model.latents),
        iwae=log_mean_exp(log_w),
        at_floor=totals.at_floor,
        frames=totals.frames,
        by_frame=terms.log_px - terms.kl.sum(-1),
    )


def collect(
    score: Score, variables: Variables, seed: int, groups: Iterable[tuple[Batch, int, Sequence[str]]]
) -> Scores:
    """Score every real sequence of the groups `(batch, real, ids)`, in order; `by_frame` are then all real frames."""
    key, first, parts = jax.random.key(seed), 0, []
    for batch, real, _ in groups:
        scores = score(variables, key, jnp.asarray(first), Batch(*map(jnp.asarray, batch)))
        part = jax.tree.map(lambda a, real=real: np.asarray(a[:real], np.float64), scores)
        parts.append(part._replace(by_frame=part.by_frame[np.asarray(batch.mask[:real]) > 0]))
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
