"""A reader of synthetic handwriting: it cuts a line into letters and says which they are, knowing no text and no model.

It learns the letters of many hands from lines that are drawn for it. A piece of a line is described by its path; pieces
of each letter are Gaussian with one covariance (Fisher 1936). A line is read as the best cut into as many pieces as it
has letters, by dynamic programming.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int
from numpy.random import RandomState

from swn_jax.domains.ink.synthetic import hand, words

POINTS = 10  # of the path of a piece, equally far apart along it
LINES, HANDS = 150, 50  # from which the reader learns, and the hands that they are in
MARK = 8  # points: shorter strokes are dots and bars, which are not read
STEP, SHORTEST, LONGEST = 2, 6, 56  # of cuts and of pieces, in points
SHRINK = 0.05  # of the covariance towards its diagonal
SEED = 7

Rows = Float[np.ndarray, "n 3"]
Features = Float[np.ndarray, "k F"]


class Reader(NamedTuple):
    """The letters, the mean features of each, and the inverse of the covariance around them."""

    letters: tuple[str, ...]
    means: Float[np.ndarray, "A F"]
    inverse: Float[np.ndarray, "F F"]


def learned(lines: int = LINES) -> Reader:
    """The reader that has seen so many lines."""
    shapes, names = [], []
    for number in range(lines):
        random, own = RandomState((SEED, number)), hand.hand(RandomState((SEED, number % HANDS, 1)))
        text = words.line(random)
        rows, letters = hand.written(text, own, random)
        kept = _strokes(rows)
        path, at = _path(rows[kept]), letters[kept]
        for place, letter in enumerate(text.replace(" ", "")):
            piece = np.flatnonzero(at == place)
            if len(piece) > STEP:
                shapes.append(_features(path, max(0, int(piece[0]) - 1), piece[-1:])[0])
                names.append(letter)
    known, features = tuple(sorted(set(names))), np.array(shapes)
    kinds = np.array([known.index(name) for name in names])
    means = np.stack([features[kinds == i].mean(0) for i in range(len(known))])
    around = np.cov((features - means[kinds]).T)
    shrunk = (1 - SHRINK) * around + SHRINK * np.diag(np.diag(around))
    return Reader(known, means, np.linalg.inv(shrunk))


def read(reader: Reader, rows: Rows, count: int) -> str:
    """The letters of a line, `count` of them, blanks left out; "" for a line too short for them."""
    path = _path(rows[_strokes(rows)])
    nodes = np.arange(0, len(path), STEP)
    best = np.full((count + 1, len(nodes)), -np.inf)
    back, said = np.zeros((2, count + 1, len(nodes)), np.int64)
    best[0, :1] = 0
    for start in range(len(nodes)):
        ends = np.arange(start + SHORTEST // STEP, min(len(nodes), start + LONGEST // STEP + 1))
        if not len(ends):
            break
        letter, score = _likeliest(reader, _features(path, int(nodes[start]), nodes[ends]))
        for k in range(1, count + 1):
            better = ends[best[k - 1, start] + score > best[k, ends]]
            best[k, better] = best[k - 1, start] + score[better - ends[0]]
            back[k, better], said[k, better] = start, letter[better - ends[0]]
    reached = np.flatnonzero(np.isfinite(best[count]))
    if not len(reached):
        return ""
    line, at = "", int(reached[-1])
    for k in range(count, 0, -1):
        line, at = reader.letters[said[k, at]] + line, int(back[k, at])
    return line


def legible(wanted: str, found: str) -> float:
    """The share of the wanted letters that are read: 1 less the edits from one to the other per letter, not below 0."""
    row = np.arange(len(found) + 1)
    for i, letter in enumerate(wanted, start=1):
        old, row = row, np.full(len(found) + 1, i)
        for j, other in enumerate(found, start=1):
            row[j] = min(old[j] + 1, row[j - 1] + 1, old[j - 1] + (letter != other))
    return max(0.0, 1 - row[-1] / len(wanted))


def _likeliest(reader: Reader, features: Features) -> tuple[Int[np.ndarray, " k"], Float[np.ndarray, " k"]]:
    """The likeliest letter of each piece, and its log density up to a constant."""
    apart = features[:, None] - reader.means
    score = -0.5 * np.einsum("kaf,fg,kag->ka", apart, reader.inverse, apart, optimize=True)
    return score.argmax(1), score.max(1)


def _strokes(rows: Rows) -> Int[np.ndarray, " m"]:
    """The points of a line but those of dots and bars."""
    pieces = np.split(np.arange(len(rows)), np.flatnonzero(rows[:-1, 0] > 0) + 1)
    return np.concatenate([np.arange(0), *(piece for piece in pieces if len(piece) >= MARK)])


def _path(rows: Rows) -> Float[np.ndarray, "m 2"]:
    """x and y in units of the spread of y, y from its median."""
    middle = np.median(rows[:, 2]) if len(rows) else 0.0
    spread = np.median(np.abs(rows[:, 2] - middle)) if len(rows) else 1.0
    return (rows[:, 1:] - np.array([0, middle])) / max(float(spread), 1e-6)


def _features(path: Float[np.ndarray, "m 2"], start: int, ends: Sequence[int] | Int[np.ndarray, " k"]) -> Features:
    """Of each piece from one point to another: its path from where it begins, its length, and the time it takes."""
    along = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(path[start : max(ends) + 1], axis=0).T))])
    found = []
    for end in ends:
        own = along[: end - start + 1]
        places = np.linspace(0, own[-1], POINTS)
        x, y = (np.interp(places, own, axis) for axis in path[start : end + 1].T)
        found.append([*(x[1:] - x[0]), *y, own[-1], (end - start) / 10])
    return np.array(found)
