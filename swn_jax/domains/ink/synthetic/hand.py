"""Synthesis of one line of writing: joined letters, dots and bars, on an unsteady baseline.

Random numbers come from RandomState, whose stream numpy has frozen: a corpus must never change.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Float32, Int
from numpy.random import RandomState

from swn_jax.domains.ink.synthetic import pen
from swn_jax.domains.ink.synthetic.letters import LETTERS

Strokes = list[Float[np.ndarray, "_ 2"]]
STEADY = 0.008  # noise of the tablet, in heights of an x
FAR = 40  # points from one target to the next, at most


class Hand(NamedTuple):
    """The parameters of a writer."""

    letters: Mapping[str, tuple[Float[np.ndarray, "_ 2"], ...]]  # the paths in this hand's style
    size: float  # height of an x, units of the tablet
    width: float  # of letters, relative
    slant: float  # to the right per unit upwards
    spacing: float  # between letters, heights of an x
    gap: float  # between words
    reach: float  # height of long letters, relative
    roundness: float
    speed: float  # heights of an x per point, where the path is straight
    bend: float  # how much curves slow down the pen
    care: float  # deviation of the target points, heights of an x
    drift: float  # of the baseline
    lift: float  # probability that a letter is not joined to the next


def hand(random: RandomState) -> Hand:
    """A random writer."""
    style = random.uniform(0.015, 0.035)
    styled = {
        letter: tuple(np.array(path) + style * _clipped(random, len(path)) for path in paths)
        for letter, paths in LETTERS.items()
    }
    return Hand(
        letters=styled,
        size=random.uniform(100, 160),
        width=random.uniform(0.85, 1.2),
        slant=random.uniform(-0.1, 0.45),
        spacing=random.uniform(0.08, 0.3),
        gap=random.uniform(0.7, 1.2),
        reach=random.uniform(0.85, 1.15),
        roundness=random.uniform(0.8, 1.05),
        speed=random.uniform(0.16, 0.25),
        bend=random.uniform(0.4, 1.0),
        care=random.uniform(0.01, 0.03),
        drift=random.uniform(0.0, 0.12),
        lift=random.choice((0.02, 0.15, 0.5)),
    )


def write(text: str, hand: Hand, random: RandomState) -> Float32[np.ndarray, "n 3"]:
    """Points (pen, x, y) of a line of lower-case letters and blanks, integer tablet units, y upwards."""
    return written(text, hand, random)[0]


def written(text: str, hand: Hand, random: RandomState) -> tuple[Float32[np.ndarray, "n 3"], Int[np.ndarray, " n"]]:
    """The points of a line, and for each the place of its letter in the text without blanks; -1 for dots and bars."""
    strokes: Strokes = []
    letters: list[Int[np.ndarray, " _"]] = []
    left, count = 0.0, 0
    for word in text.split():
        aims, owners, left = _word(word, left, hand, random)
        drawn = [_drawn(stroke, hand, random) for stroke in aims]
        strokes += drawn
        letters += [_owned(*stroke, count) for stroke in zip(drawn, aims, owners, strict=True)]
        left += hand.gap * random.uniform(0.8, 1.3)
        count += len(word)
    points = _placed(np.concatenate(strokes), hand, random)
    ends = np.cumsum([len(stroke) for stroke in strokes]) - 1
    up = np.zeros((len(points), 1))
    up[ends] = 1
    rows = np.concatenate([up, np.rint(hand.size * points)], axis=1).astype(np.float32)
    return rows, np.concatenate(letters)


def _word(word: str, left: float, hand: Hand, random: RandomState) -> tuple[Strokes, list[list[int]], float]:
    """The target points per stroke, dots and bars last, the letter of each (-1 of those), and the x where it ends."""
    joined: Strokes = []
    later: Strokes = []
    owners: list[list[int]] = []
    lifted = True
    for place, letter in enumerate(word):
        main, *rest = (
            path * (hand.width, 1) + (left, 0) + hand.care * _clipped(random, len(path))
            for path in hand.letters[letter]
        )
        if lifted:
            joined.append(main)
            owners.append([place] * len(main))
        else:
            joined[-1] = np.concatenate([joined[-1], main])
            owners[-1] += [place] * len(main)
        later += rest
        lifted = random.rand() < hand.lift
        left = main[-1, 0] + hand.spacing * random.uniform(0.8, 1.2)
    return joined + later, owners + [[-1] * len(path) for path in later], left


def _owned(
    points: Float[np.ndarray, "n 2"], aims: Float[np.ndarray, "k 2"], owners: list[int], first: int
) -> Int[np.ndarray, " n"]:
    """The letter of each point of a stroke: that of the target which the pen comes to next."""
    passed, at = [], 0
    for aim in aims:
        at += int(np.hypot(*(points[at : at + FAR] - aim).T).argmin())
        passed.append(at)
    places = np.minimum(np.searchsorted(passed, np.arange(len(points))), len(aims) - 1)
    return np.array([owner if owner < 0 else first + owner for owner in owners])[places]


def _drawn(aims: Float[np.ndarray, "k 2"], hand: Hand, random: RandomState) -> Float[np.ndarray, "n 2"]:
    points = pen.sampled(pen.curve(aims, hand.roundness), hand.speed, hand.bend)
    return points + STEADY * _clipped(random, len(points))


def _placed(points: Float[np.ndarray, "n 2"], hand: Hand, random: RandomState) -> Float[np.ndarray, "n 2"]:
    """Points with long letters scaled, slanted, on a baseline that drifts and sways."""
    x, y = points.T
    y = np.where(y > 1, 1 + hand.reach * (y - 1), np.where(y < 0, hand.reach * y, y))
    sway = np.sin(x / random.uniform(2.0, 5.0) + random.uniform(0, 6)) + random.uniform(-0.3, 0.3) * x
    return np.stack([x + hand.slant * y, y + hand.drift * sway], axis=1)


def _clipped(random: RandomState, n: int) -> Float[np.ndarray, "n 2"]:
    return np.clip(random.standard_normal((n, 2)), -2, 2)
