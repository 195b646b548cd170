"""The prosody of sound, frame by frame: how high the voice is, whether there is one, and how loud the frame is."""

import numpy as np
from jaxtyping import Float, Int16

from swn_jax.data.domain import Track, known_rate
from swn_jax.domains.speech.marks import trains
from swn_jax.domains.speech.yin import FULL, ROUNDING, pitch, span


def prosody(samples: Int16[np.ndarray, " n"], rate: float | None, frame: int) -> Float[np.ndarray, "T 3"]:
    """Three numbers for each whole frame: log F0, NaN where there is no voice; whether there is one; the energy.

    F0 is that of `yin.pitch` around the middle of the frame, in Hz. The energy is that of the D samples of the frame in
    dB, `10 log10((sum_i x_i^2 / D + 1/12) / 32768^2)`, where 1/12 is the power of rounding.

    Args:
      samples: of one recording.
      rate: Hz.
      frame: D, samples.
    Raises:
      SwnError: for no rate.
    """
    rate = known_rate("speech", rate)
    count, around = len(samples) // frame, span(rate)
    before = (around - frame) // 2  # so that the middles agree
    padded = np.pad(samples, (max(0, before), around))[max(0, -before) :]
    hz = pitch(padded, rate, frame)[:count]
    power = np.mean(samples[: count * frame].reshape(count, frame).astype(np.float64) ** 2, axis=1)
    voiced = hz > 0
    log_f0 = np.log(hz, out=np.full(count, np.nan), where=voiced)
    return np.stack([log_f0, voiced.astype(np.float64), 10 * np.log10((power + ROUNDING) / FULL**2)], axis=1)


def told(
    samples: Int16[np.ndarray, " n"], measured: Float[np.ndarray, "T 3"], rate: float | None, frame: int, count: int
) -> Float[np.ndarray, "T N"]:
    """The samples of a period of each frame that `prosody` has measured, and of two numbers a mark too; NaN for none.

    The period alone is `rate / F0`, with a mark that of `marks.trains`.
    """
    rate = known_rate("speech", rate)
    period = rate / np.exp(measured[:, 0])
    return period[:, None] if count == 1 else trains(samples, rate, frame, period)


PROSODY = Track(("log F0", "voiced", "energy"), prosody, told)
