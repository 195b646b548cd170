"""The scores of a split in a few numbers."""

import math
from typing import Any

import numpy as np
from jaxtyping import Float

from swn_jax.train.evaluate import Scores


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
