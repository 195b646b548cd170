import string
from collections import Counter

import numpy as np
import pytest

from swn_jax.corpora import synthetic_ink
from swn_jax.corpora.synthetic_ink import EACH, text, write
from swn_jax.data.index import SPLITS
from swn_jax.domains.ink.domain import frames, published
from swn_jax.domains.ink.plots import strokes
from swn_jax.domains.ink.synthetic import pen
from swn_jax.domains.ink.synthetic.hand import STEADY, hand
from swn_jax.domains.ink.synthetic.hand import write as by_hand
from swn_jax.domains.ink.synthetic.letters import LETTERS
from swn_jax.domains.ink.synthetic.words import line
from swn_jax.errors import SwnError

LINES = range(0, 100, 5)


@pytest.fixture(scope="module")
def lines():
    return [write(0, "train", n) for n in LINES]


def test_the_curve_passes_through_what_it_aims_at():
    aims = np.random.RandomState(0).randn(9, 2)
    for roundness in (0.0, 0.7, 1.0):
        np.testing.assert_allclose(pen.curve(aims, roundness)[:: pen.DENSE], aims, atol=1e-12)


def test_the_curve_is_the_spline_of_barry_and_goldman():
    aims = np.random.RandomState(1).randn(4, 2)
    t = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(aims, axis=0), axis=1) ** 0.5)])
    at = np.linspace(t[1], t[2], pen.DENSE + 1)[:, None]

    def mix(p, q, a, b):
        return (b - at) / (b - a) * p + (at - a) / (b - a) * q

    a1, a2, a3 = (mix(aims[i], aims[i + 1], t[i], t[i + 1]) for i in range(3))
    b1, b2 = mix(a1, a2, t[0], t[2]), mix(a2, a3, t[1], t[3])
    want = mix(b1, b2, t[1], t[2])
    np.testing.assert_allclose(pen.curve(aims, 1.0)[pen.DENSE : 2 * pen.DENSE + 1], want, atol=1e-12)


def test_no_roundness_makes_straight_lines():
    got = pen.curve(np.array([(0.0, 0), (1, 2), (5, 2)]), 0.0)
    np.testing.assert_allclose(got[: pen.DENSE + 1, 1], 2 * got[: pen.DENSE + 1, 0], atol=1e-12)
    np.testing.assert_allclose(got[pen.DENSE :, 1], 2, atol=1e-12)


def test_a_straight_line_is_cut_into_equal_steps():
    got = pen.sampled(np.array([(0.0, 0), (3, 4)]), speed=0.5, bend=1.0)
    np.testing.assert_allclose(got, np.linspace((0, 0), (3, 4), 11), atol=1e-12)


def test_even_a_point_gives_two():
    got = pen.sampled(pen.curve(np.array([(1.0, 1), (1, 1)]), 1.0), speed=0.3, bend=1.0)
    np.testing.assert_allclose(got, [(1, 1), (1, 1)])


@pytest.mark.parametrize(("radius", "bend"), [(1.0, 0.0), (1.0, 1.0), (0.25, 1.0), (0.5, 3.0)])
def test_the_speed_on_a_circle_follows_the_power_law(radius, bend):
    angle = np.linspace(0, np.pi, 2001)
    circle = radius * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    got = pen.sampled(circle, speed=0.02, bend=bend)
    steps = np.linalg.norm(np.diff(got, axis=0), axis=1)
    np.testing.assert_allclose(steps, 0.02 * (1 + bend / radius) ** (-1 / 3), rtol=0.01)


def test_there_is_a_path_for_every_small_letter():
    assert set(LETTERS) == set(string.ascii_lowercase)
    assert {letter for letter, paths in LETTERS.items() if len(paths) > 1} == set("fijtx")
    points = np.concatenate([np.array(path) for paths in LETTERS.values() for path in paths])
    assert points[:, 1].min() >= -1
    assert points[:, 1].max() <= 2
    tall = {letter for letter, paths in LETTERS.items() if max(y for _, y in paths[0]) > 1.5}
    deep = {letter for letter, paths in LETTERS.items() if min(y for _, y in paths[0]) < -0.5}
    assert (tall, deep) == (set("bdfhklt"), set("fgjpqy"))


def test_letters_are_as_frequent_as_in_english():
    random = np.random.RandomState(0)
    made = [line(random) for _ in range(1000)]
    counts = Counter("".join(made).replace(" ", ""))
    assert set(counts) == set(string.ascii_lowercase)
    order = [letter for letter, _ in counts.most_common()]
    assert order[0] == "e"
    assert set(order[:9]) <= set("etaoinshrd")
    assert set(order[-4:]) == set("jqxz")
    letters = [len(each.replace(" ", "")) for each in made]
    assert min(letters) >= 15
    assert np.mean(letters) < 25


def test_a_line_has_the_strokes_of_its_text():
    said = "if it is fixed"
    mine = hand(np.random.RandomState(3))
    for lift, joined in ((0.0, 4), (1.0, len(said.replace(" ", "")))):
        got = by_hand(said, mine._replace(lift=lift), np.random.RandomState(0))
        extra = sum(len(LETTERS[letter]) - 1 for letter in said.replace(" ", ""))
        assert len(strokes(got)) == joined + extra


def test_words_follow_each_other_to_the_right():
    mine = hand(np.random.RandomState(3))._replace(lift=0.0, slant=0.0)
    middles = [stroke[:, 0].mean() for stroke in strokes(by_hand("a no ewe", mine, np.random.RandomState(0)))]
    assert middles == sorted(middles)


@pytest.mark.parametrize(("name", "low", "high"), [("size", 100.0, 200.0), ("width", 1.0, 2.0)])
def test_larger_and_wider_letters(name, low, high):
    mine = hand(np.random.RandomState(3))._replace(lift=0.0, drift=0.0, care=0.0, slant=0.0, spacing=0.0)
    small, large = (
        np.ptp(by_hand("nun", mine._replace(**{name: value}), np.random.RandomState(0)), axis=0)
        for value in (low, high)
    )
    height = {"size": 2.0, "width": 1.0}[name]
    np.testing.assert_allclose(large[1:] / small[1:], (2.0, height), rtol=0.06)


def test_a_slant_shears():
    mine = hand(np.random.RandomState(3))._replace(drift=0.0, slant=0.0)
    upright, leaning = (by_hand("help", mine._replace(slant=s), np.random.RandomState(0)) for s in (0.0, 0.4))
    np.testing.assert_array_equal(leaning[:, 2], upright[:, 2])
    np.testing.assert_allclose(leaning[:, 1], upright[:, 1] + 0.4 * upright[:, 2], atol=1.0)


def test_lines_are_points_of_a_tablet(lines):
    for made in lines:
        assert made.dtype == np.float32
        np.testing.assert_array_equal(made, np.rint(made))
        assert set(made[:, 0].tolist()) == {0.0, 1.0}
        assert made[-1, 0] == 1
        assert np.abs(made).max() < 2**15


def test_density_and_scale_are_those_of_a_whiteboard(lines):
    letters = sum(len(text(0, "train", n).replace(" ", "")) for n in LINES)
    assert 20 < sum(map(len, lines)) / letters < 32
    offsets = np.concatenate([frames(made) for made in lines])
    _, scale = published(offsets.mean(0), offsets.std(0))
    assert 40 < scale[1] < 80  # IAM-OnDB has 56
    assert 0.01 < offsets[:, 0].mean() < 0.06


def test_the_pen_shakes_a_little():
    mine = hand(np.random.RandomState(3))._replace(size=1000.0, drift=0.0, care=0.0, slant=0.0)
    a, b = (by_hand("l", mine, np.random.RandomState(seed)) for seed in (0, 1))
    assert len(a) == len(b)
    assert 0.3 * STEADY * 1000 < np.std(a[:, 1:] - b[:, 1:]) < 3 * STEADY * 1000


def test_the_same_each_time_and_different_otherwise():
    keys = [(0, "train", 0), (0, "train", 1), (0, "train", EACH), (0, "valid", 0), (1, "train", 0)]
    made = [write(*key).tobytes() for key in keys]
    assert made == [write(*key).tobytes() for key in keys]
    assert len(set(made)) == len(keys)
    assert len({text(*key) for key in keys}) == len(keys)


def test_the_stream_has_not_changed():
    assert text(0, "train", 0) == "bickthay mopmed mu lir"
    got = write(0, "train", 0)
    assert len(got) == 589
    np.testing.assert_allclose(
        got[[0, 100, 300, -1]], [(0, 8, 31), (0, 407, 112), (0, 1403, 132), (1, 2855, 225)], atol=1
    )


def test_no_hand_writes_in_two_splits():
    index = synthetic_ink.index(**synthetic_ink.CORPUS.options)
    assert {split: len(index.splits[split]) for split in SPLITS} == {"train": 400, "valid": 40, "test": 40}
    hands = [{recording.speaker for recording in index.splits[split]} for split in SPLITS]
    assert [len(each) for each in hands] == [40, 4, 4]
    assert not hands[0] & hands[1] | hands[0] & hands[2] | hands[1] & hands[2]
    ids = [recording.id for split in SPLITS for recording in index.splits[split]]
    assert len(set(ids)) == len(ids)
    (block,) = index.splits["valid"][13].read()
    np.testing.assert_array_equal(block, write(0, "valid", 13))


@pytest.mark.parametrize(("name", "value"), [("train", 0), ("valid", -3), ("seed", -1), ("test", 2**31)])
def test_bad_options(name, value):
    with pytest.raises(SwnError, match=f"synthetic_ink: found {name}={value}, wanted a whole number, "):
        synthetic_ink.index(**(synthetic_ink.CORPUS.options | {name: value}))
