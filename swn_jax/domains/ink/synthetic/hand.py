"""Synthesis of one line of writing: joined letters, dots and bars, on an unsteady baseline.

Random numbers come from RandomState, whose stream numpy has frozen: a corpus must never change.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Float32
from numpy.random import RandomState

from swn_jax.domains.ink.synthetic import pen
from swn_jax.domains.ink.synthetic.letters import LETTERS

Strokes = list[Float[np.ndarray, "_ 2"]]
STEADY = 0.008  # noise of the tablet, in heights of an x


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
    strokes: Strokes = []
    left = 0.0
    for word in text.split():
        aims, left = _word(word, left, hand, random)
        strokes += [_drawn(stroke, hand, random) for stroke in aims]
        left += hand.gap * random.uniform(0.8, 1.3)
    points = _placed(np.concatenate(strokes), hand, random)
    ends = np.cumsum([len(stroke) for stroke in strokes]) - 1
    up = np.zeros((len(points), 1))
    up[ends] = 1
    return np.concatenate([up, np.rint(hand.size * points)], axis=1).astype(np.float32)


def _word(word: str, left: float, hand: Hand, random: RandomState) -> tuple[Strokes, float]:
    """The target points per stroke, dots and bars last, and the x where the word ends."""
    joined: Strokes = []
    later: Strokes = []
    lifted = True
    for letter in word:
        main, *rest = (
            path * (hand.width, 1) + (left, 0) + hand.care * _clipped(random, len(path))
            for path in hand.letters[letter]
        )
        if lifted:
            joined.append(main)
        else:
            joined[-1] = np.concatenate([joined[-1], main])
        later += rest
        lifted = random.rand() < hand.lift
        left = main[-1, 0] + hand.spacing * random.uniform(0.8, 1.2)
    return joined + later, left


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
