"""Marks of a voice: where in sound the pulses lie that excite it, one for each period, and a train of them by frame.

A pulse is a peak of what linear prediction leaves, where the glottis closes; which peaks are pulses is found by dynamic
programming, as in DYPSA (Naylor et al. 2007): a path of large ones, a period from one to the next.
"""

from collections.abc import Iterator

import numpy as np
import scipy
from jaxtyping import Bool, Float, Int, Int16

ORDER, WINDOW = 0.001, 0.025  # seconds: of linear prediction, and of the sound around a frame that it is of
SMOOTH, LEVEL = 0.0005, 0.03  # seconds: over which what it leaves is smoothed, and its level is taken
WHITE, QUIET = 1e-4, 1e-3  # noise below the sound, relative to its power and absolute
NEAREST, FURTHEST = 0.7, 1.4  # periods from one mark to the next
UNEVEN = 30.0  # what a path pays for a distance of r periods is this times log(r)^2, where peaks earn about 3
ENDS = 1.5  # periods within which a path begins after its voice does, and ends before
AROUND = 1.5  # periods before and after a frame in which marks are of its train


def trains(
    samples: Int16[np.ndarray, " n"], rate: float, frame: int, period: Float[np.ndarray, " T"]
) -> Float[np.ndarray, "T 2"]:
    """Period and first mark of a train of pulses in each frame, in samples: they lie at `mark + k period`.

    By least squares of the marks around the frame, the nearest of its middle counting most. The mark is the first one
    after the start of the frame, at most a period after it. Where there is no voice both are NaN; where a voice has no
    two marks, the period is the given one and the mark NaN.

    Args:
      samples: of one recording.
      rate: Hz.
      frame: D, samples.
      period: samples, NaN where there is no voice.
    """
    found = np.stack([period, np.full_like(period, np.nan)], axis=1)
    if not (voiced := np.isfinite(period)).any():
        return found
    peaks = _peaks(samples[: len(period) * frame], rate, frame, voiced)
    marks = np.concatenate([np.empty(0, np.int64), *(_path(peaks, frame, *run) for run in _runs(period))])
    for t in np.flatnonzero(voiced):
        start, reach = t * frame, AROUND * period[t]
        near = marks[np.searchsorted(marks, start - reach) : np.searchsorted(marks, start + frame + reach)] - start
        if len(near) > 1:
            spacing, mark = _line(near, frame, period[t])
            if NEAREST < spacing / period[t] < FURTHEST:
                found[t] = spacing, spacing - (-mark % spacing)
    return found


def _line(marks: Int[np.ndarray, " M"], frame: int, period: float) -> tuple[float, float]:
    """Distance and place of marks on a line."""
    number = np.concatenate([[0.0], np.cumsum(np.rint(np.diff(marks) / period))])
    weight = np.exp(-0.5 * ((marks - frame / 2) / (frame / 2)) ** 2) + 1e-6
    weight /= weight.sum()
    n, m = weight @ number, weight @ marks
    spacing = float(weight @ ((number - n) * (marks - m)) / (weight @ (number - n) ** 2 + 1e-12))
    return spacing, float(m - spacing * n)


def _runs(period: Float[np.ndarray, " T"]) -> Iterator[tuple[int, Float[np.ndarray, " R"]]]:
    """The first frame of each stretch of a voice, and the periods of all its frames."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], np.isfinite(period), [False]]).astype(int)))
    for first, last in edges.reshape(-1, 2):
        yield int(first), period[first:last]


def _peaks(
    samples: Int16[np.ndarray, " n"], rate: float, frame: int, voiced: Bool[np.ndarray, " T"]
) -> Float[np.ndarray, " n"]:
    """What linear prediction leaves, smoothed, over its level, in the polarity of its largest peaks."""
    order, around, width = round(ORDER * rate), round(WINDOW * rate), 2 * round(SMOOTH * rate / 2) + 1
    taper, left = scipy.signal.windows.hann(around), np.zeros(len(samples))
    padded = np.pad(samples.astype(np.float64), (around, around + frame))
    for t in np.flatnonzero(voiced):
        middle = around + t * frame + frame // 2
        cut = padded[middle - around // 2 :][:around] * taper
        r = scipy.signal.correlate(cut, cut)[around - 1 : around + order]
        r[0] = r[0] * (1 + WHITE) + QUIET
        a = scipy.linalg.solve_toeplitz(r[:-1], r[1:])
        start = around + t * frame
        left[t * frame : (t + 1) * frame] = np.convolve(padded[start - order : start + frame], [1.0, *-a], "valid")
    taper = scipy.signal.windows.hann(width + 2)[1:-1]
    smooth = np.convolve(left, taper / taper.sum(), "same")
    span = min(round(LEVEL * rate), len(smooth))
    smooth /= np.sqrt(np.convolve(smooth**2, np.full(span, 1 / span), "same") + QUIET)
    return smooth * (np.sign((smooth**3).sum()) or 1.0)


def _path(
    peaks: Float[np.ndarray, " n"], frame: int, first: int, period: Float[np.ndarray, " R"]
) -> Int[np.ndarray, " M"]:
    """The marks of a stretch of a voice from the frame `first` on."""
    start, stop = max(1, first * frame), min((first + len(period)) * frame, len(peaks) - 1)
    here = peaks[start:stop]
    place = np.flatnonzero((here > 0) & (here > peaks[start - 1 : stop - 1]) & (here >= peaks[start + 1 : stop + 1]))
    if not len(place):
        return place
    each = np.interp(place, (np.arange(len(period)) + 0.5) * frame, period)
    score = np.where(place < ENDS * period[0], here[place], -np.inf)
    before = np.full(len(place), -1)
    lows = np.searchsorted(place, place - FURTHEST * each)
    highs = np.searchsorted(place, place - NEAREST * each, side="right")
    for j, (low, high) in enumerate(zip(lows, highs, strict=True)):
        if low < high:
            paid = UNEVEN * np.log((place[j] - place[low:high]) / each[j]) ** 2
            best = low + int(np.argmax(score[low:high] - paid))
            earned = score[best] - paid[best - low] + here[place[j]]
            if earned > score[j]:
                score[j], before[j] = earned, best
    ends = np.where(place >= stop - start - ENDS * period[-1], score, -np.inf)
    j = int(np.argmax(ends if np.isfinite(ends).any() else score))
    chosen = []
    while j >= 0:
        chosen.append(start + place[j])
        j = before[j]
    return np.array(chosen[::-1])
