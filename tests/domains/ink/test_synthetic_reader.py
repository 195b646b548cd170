"""The reader of synthetic handwriting, and the letters of its points."""

import numpy as np
import pytest
from numpy.random import RandomState

from swn_jax.corpora import synthetic_ink
from swn_jax.domains.ink.synthetic import hand
from swn_jax.domains.ink.synthetic.reader import Reader, learned, legible, read
from swn_jax.studies.legibility import legibility


@pytest.fixture(scope="module")
def reader():
    return learned(60)


def line(number):
    return synthetic_ink.text(0, "valid", number), synthetic_ink.write(0, "valid", number)


def test_every_point_has_its_letter():
    """Letters come in order from left to right; dots and bars have none, and the points are those of `write`."""
    text = "tin box"
    own = hand.hand(RandomState(3))._replace(lift=0.0)
    rows, letters = hand.written(text, own, RandomState(4))
    np.testing.assert_array_equal(rows, hand.write(text, own, RandomState(4)))
    main = letters[letters >= 0]
    assert (np.diff(main) >= 0).all()
    assert set(main) == set(range(6))
    middles = [np.median(rows[letters == n, 1]) for n in range(6)]
    assert (np.diff(middles) > 0).all()
    strokes = np.split(letters, np.flatnonzero(rows[:-1, 0]) + 1)
    assert [set(stroke) for stroke in strokes] == [{0, 1, 2}, {-1}, {-1}, {3, 4, 5}, {-1}]  # tin, its bar and dot, box


def test_lines_of_other_hands_are_read(reader):
    texts, rows = zip(*(line(number) for number in range(0, 40, 8)), strict=True)
    found = legibility(texts, rows, texts[::-1], rows)
    assert found.written > 0.7
    assert found.real < 0.4  # lines under the wrong text
    assert found.letters == sum(len(text.replace(" ", "")) for text in texts)


def test_the_best_cut_is_the_best_of_all():
    """A path of two straight pieces, of two letters that are such pieces: the cut is where it turns."""
    up, down = np.linspace(0, 1, 10), np.linspace(1, 0, 10)
    across = np.linspace(0, 1, 10)[1:]
    means = np.stack([np.concatenate([across, y, [1.4, 1.0]]) for y in (up - 0.5, down - 0.5)])
    one = Reader(("/", "\\"), means, np.eye(means.shape[1]))
    x = np.linspace(0, 2, 21)
    y = np.where(x < 1, x, 2 - x)
    rows = np.stack([np.zeros(21), x, y], axis=1)
    rows[-1, 0] = 1
    assert read(one, rows, 2) == "/\\"
    assert read(one, rows[:, [0, 1, 2]] * [1, 1, -1], 2) == "\\/"
    assert read(one, rows, 9) == ""


def test_shares_are_one_less_the_edits_per_letter():
    assert legible("hello", "hello") == 1
    assert legible("hello", "helo") == 0.8
    assert legible("hello", "jello") == 0.8
    assert legible("hello", "") == 0
    assert legible("hi", "nothing") == 0
