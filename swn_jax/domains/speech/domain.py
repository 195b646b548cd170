"""The speech domain: frames of consecutive samples, scaled by mean and deviation of all (Chung et al. 2015)."""

import numpy as np
from jaxtyping import Float, Int16

from swn_jax.data.domain import Domain, Extra
from swn_jax.domains.speech import files, statistics
from swn_jax.domains.speech.audio_plots import draw_rows
from swn_jax.domains.speech.baselines import flac
from swn_jax.domains.speech.baselines.density import BASELINES
from swn_jax.domains.speech.prosody import PROSODY

PEAK = 32767


def frames(samples: Int16[np.ndarray, " n"], width: int, extra: Extra | None = None) -> Float[np.ndarray, "T D"]:
    """Whole frames of `width` samples; the remainder at the end is dropped."""
    return samples[: len(samples) // width * width].reshape(-1, width).astype(np.float64)


def samples(
    frames: Float[np.ndarray, "T D"], extra: Extra | None = None, start: None = None
) -> Int16[np.ndarray, " n"]:
    """Frames as 16-bit samples, rounded and clipped."""
    return np.clip(np.rint(frames.reshape(-1)), -PEAK - 1, PEAK).astype(np.int16)


def clipped(frames: Float[np.ndarray, "*S D"]) -> int:
    """The count of numbers that do not fit into 16 bits."""
    return int((np.abs(np.rint(frames)) > PEAK).sum())


SPEECH = Domain(
    name="speech",
    dtype=np.int16,
    shape=(),
    frames=frames,
    rows=samples,
    overlap=0,
    given=1,
    joined=True,
    scalings={"signal": lambda mean, std: (mean, std)},
    draw=draw_rows,
    preview_frames=200,
    write=files.write,
    measure=statistics.measure,
    gap=statistics.gap,
    gap_unit="dB",
    clipped=clipped,
    open_stream=files.open_stream,
    tracks={"prosody": PROSODY},
    baselines=BASELINES,
    codes={"FLAC, level 8 of libsndfile": flac.bits},
)
