"""Columns along recordings: standardised by the training split alone, and in the frames to which they belong."""

import dataclasses

import numpy as np
import pytest
import soundfile
from scipy import signal

from swn_jax.corpora import open_corpus, prepare
from swn_jax.data.columns import Columns, columns_of
from swn_jax.data.eval_batches import eval_batches
from swn_jax.data.lanes import lanes
from swn_jax.data.sequences import sequences
from swn_jax.data.windows import windows
from swn_jax.errors import SwnError

SPLITS = ("train",) * 4 + ("valid", "test")
FRAMES = (5, 7, 4, 9, 6, 8)  # whole ones of 200 samples


def write(root, values, header="place, whole"):
    """Recordings of noise, and beside each a CSV file of `values(number, frames)`."""
    lines = []
    for number, (split, frames) in enumerate(zip(SPLITS, FRAMES, strict=True)):
        noise = np.random.RandomState(number).randint(-900, 900, frames * 200 + 13 * number)
        root.mkdir(exist_ok=True)
        soundfile.write(root / f"{number}.wav", noise.astype(np.int16), 16000)
        rows = values(number, frames)
        (root / f"{number}.csv").write_text(f"{header}\n" + "".join(f"{a},{b}\n" for a, b in rows))
        lines.append(f"{split} {number}.wav\n")
    (root / "split.txt").write_text("".join(lines))
    return dict(manual_dir=root, split_file=root / "split.txt", columns=root)


def each_frame(number, frames):
    """100 n + t of frame t, and n; of recording 2 one row for all."""
    return [(100 * number, number)] if number == 2 else [(100 * number + t, number) for t in range(frames)]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    root = tmp_path_factory.mktemp("columns")
    prepare("speech_folder", root / "data", **write(root / "sounds", each_frame))
    return open_corpus("speech_folder", root / "data")


def raw(number, t):
    return (100 * number + (0 if number == 2 else t), number)


def scaling():
    known = np.array([raw(number, t) for number in range(4) for t in range(FRAMES[number])], float)
    return known.mean(0), known.std(0)


def test_they_are_standardised_by_training_alone(corpus):
    condition = corpus.given("columns").condition
    assert (condition.kind, condition.names, condition.width) == ("columns", ("place", "whole"), 2)
    for found, wanted in zip((condition.mean, condition.std), scaling(), strict=True):
        np.testing.assert_allclose(found, wanted, rtol=1e-5)
        assert [float(f"{value:.6g}") for value in found] == list(found)


def test_energy_and_pitch_are_standardised_by_training_alone(tmp_path):
    """Of tones of 100 and 200 Hz between stretches of noise; validation and test are higher and louder."""
    files = {"a": (100, 1000), "b": (200, 500), "c": (300, 9000), "d": (350, 20000)}
    levels, noise = [], np.random.RandomState(0).randint(-900, 900, 4000)
    for name, (frequency, amplitude) in files.items():
        tone = np.rint(amplitude * np.sin(2 * np.pi * frequency * np.arange(4000) / 16000))
        sound = np.concatenate([tone, noise]).astype(np.int16)
        soundfile.write(tmp_path / f"{name}.wav", sound, 16000)
        levels.append(10 * np.log10((sound.reshape(-1, 200).astype(float) ** 2).mean(1) / 2.0**30))
    (tmp_path / "list.txt").write_text("train a.wav\ntrain b.wav\nvalid c.wav\ntest d.wav\n")
    prepare("speech_folder", tmp_path / "data", manual_dir=tmp_path, split_file=tmp_path / "list.txt")
    condition = open_corpus("speech_folder", tmp_path / "data").given("prosody").condition
    assert condition.names == ("log F0", "voiced", "energy")
    np.testing.assert_allclose(condition.mean[0], np.log([100, 200]).mean(), atol=0.02)
    np.testing.assert_allclose(condition.std[0], np.log(2) / 2, rtol=0.03)
    np.testing.assert_allclose(condition.mean[1], 0.5, atol=0.06)
    np.testing.assert_allclose(condition.mean[2], np.concatenate(levels[:2]).mean(), rtol=1e-4)
    np.testing.assert_allclose(condition.std[2], np.concatenate(levels[:2]).std(), rtol=1e-4)


def test_the_period_of_the_sound_comes_last_in_hundreds_of_samples(tmp_path):
    noise = np.random.RandomState(0).randint(-900, 900, 4000)
    for name, frequency in {"a": 100, "b": 200, "c": 160, "d": 125}.items():
        tone = np.rint(4000 * np.sin(2 * np.pi * frequency * np.arange(4000) / 16000))
        soundfile.write(tmp_path / f"{name}.wav", np.concatenate([tone, noise]).astype(np.int16), 16000)
    (tmp_path / "list.txt").write_text("train a.wav\ntrain b.wav\nvalid c.wav\ntest d.wav\n")
    prepare("speech_folder", tmp_path / "data", manual_dir=tmp_path, split_file=tmp_path / "list.txt")
    corpus = open_corpus("speech_folder", tmp_path / "data").given("prosody")
    told = dataclasses.replace(corpus, condition=corpus.condition.telling(1))
    assert told.condition.names == ("log F0", "voiced", "energy", "period")
    assert (corpus.condition.told, told.condition.told, told.condition.width) == (0, 1, 4)
    for split, number, samples in (("train", 0, 160), ("train", 1, 80), ("valid", 0, 100), ("test", 0, 128)):
        track = told.split(split).track(number)
        np.testing.assert_allclose(track[2:18, -1], samples / 100, rtol=0.01)
        assert not track[22:, -1].any()
        np.testing.assert_array_equal(track[:, :-1], corpus.split(split).track(number))


def test_marks_are_those_of_each_frame_wherever_it_starts(tmp_path):
    """Pulses 90 samples apart: of windows and crops, mark and start of a frame add up to a place of one of them."""
    source = np.zeros(12000)
    source[31::90] = 1.0
    sound = signal.lfilter([1.0], [1.0, -1.6, 0.9], source)
    for loud, name in enumerate("abcd", start=9000):
        soundfile.write(tmp_path / f"{name}.wav", np.rint(loud * sound / np.abs(sound).max()).astype(np.int16), 16000)
    (tmp_path / "list.txt").write_text("train a.wav\ntrain b.wav\nvalid c.wav\ntest d.wav\n")
    prepare("speech_folder", tmp_path / "data", manual_dir=tmp_path, split_file=tmp_path / "list.txt")
    columns = Columns("prosody", ("log F0", "voiced", "energy"), (0.0,) * 3, (1.0,) * 3).telling(2)
    for size in (200, 100):
        corpus = open_corpus("speech_folder", tmp_path / "data", frame_size=size)
        split = dataclasses.replace(corpus, condition=columns).split("train")
        for first in (1000, 1037, 1150):
            starts = first + size * np.arange(20)
            given = split.given(np.ones((1, 20), int), starts[None] + size // 2)[0]
            assert given.dtype == np.float32
            np.testing.assert_allclose(given[:, -2], 0.9, atol=2e-3)
            assert ((given[:, -1] > 0) & (given[:, -1] < 0.9 + 1e-3)).all()
            off = (starts + 100 * given[:, -1] - 31 + 45) % 90 - 45
            assert np.abs(off).max() < 2.0
            assert np.ptp(off) < 1.0
    assert not split.given(np.full((1, 2), -1), np.full((1, 2), -1)).any()


def test_a_column_of_a_file_may_have_the_name_of_the_period(corpus, tmp_path):
    prepare("speech_folder", tmp_path / "data", **write(tmp_path / "sounds", each_frame, "place, period"))
    given = open_corpus("speech_folder", tmp_path / "data").given("columns")
    assert (given.condition.names, given.condition.told) == (("place", "period"), 0)
    np.testing.assert_array_equal(given.split("train").track(0), corpus.given("columns").split("train").track(0))


@pytest.mark.parametrize("size", [200, 50])
def test_a_frame_of_a_window_has_those_of_its_middle(corpus, size):
    prepared = open_corpus("speech_folder", corpus.path.parents[1], frame_size=size)
    mean, std = scaling()
    given, plain = (windows(each, frames=4, batch=2) for each in (prepared.given("columns"), prepared))
    signal = np.concatenate(list(given.split))
    of_sample = np.concatenate([[raw(n, min(i // 200, FRAMES[n] - 1)) for i in range(length)]
                                for n, length in enumerate(given.split.lengths)])  # fmt: skip
    for step in range(given.steps_per_epoch):
        batch = given.batch_at(0, step)
        assert plain.batch_at(0, step).condition is None
        np.testing.assert_array_equal(batch.x, plain.batch_at(0, step).x)
        assert batch.condition.shape == (2, 4, 2)
        for x, condition in zip(batch.x, batch.condition, strict=True):
            sound = np.round(x * prepared.scale + prepared.shift).astype(np.int16).ravel()
            (at,) = [i for i in np.flatnonzero(signal == sound[0]) if np.array_equal(signal[i : i + 4 * size], sound)]
            wanted = (of_sample[at + size // 2 : at + 4 * size : size] - mean) / std
            np.testing.assert_allclose(condition, wanted, atol=1e-4)


def test_a_recording_has_its_own_from_its_second_frame_on_and_padding_none(corpus):
    mean, std = scaling()
    ((batch, real, ids),) = eval_batches(corpus.given("columns"), "valid", batch=2)
    assert (batch.condition.shape, real, ids) == ((2, 8, 2), 1, ("4",))
    wanted = (np.array([raw(4, t) for t in range(1, FRAMES[4])]) - mean) / std  # the first frame is given
    np.testing.assert_allclose(batch.condition[0, :5], wanted, atol=1e-4)
    assert not batch.condition[0, 5:].any()
    assert not batch.condition[1].any()


def test_crops_of_a_corpus_that_is_not_joined_have_theirs(tmp_path):
    prepare("synthetic_ink", tmp_path / "plain", train=4, valid=2, test=2)
    plain = open_corpus("synthetic_ink", tmp_path / "plain")
    for split, ids in plain.manifest.ids.items():
        for number, (id, count) in enumerate(zip(ids, plain.split(split).counts, strict=True)):
            path = tmp_path / "columns" / f"{id}.csv"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("t\n" + "".join(f"{1000 * number + t}\n" for t in range(count)))
    prepare("synthetic_ink", tmp_path / "data", train=4, valid=2, test=2, columns=tmp_path / "columns")
    given = open_corpus("synthetic_ink", tmp_path / "data").given("columns")
    cropped = sequences(given, frames=30, stride=20, batch=2)
    mean, std = given.condition.mean[0], given.condition.std[0]
    crops, seen = {tuple(crop) for crop in cropped.crops.tolist()}, set()
    for step in range(cropped.steps_per_epoch):
        batch = cropped.batch_at(0, step)
        for mask, condition in zip(batch.mask, batch.condition, strict=True):
            found = np.rint(condition[mask > 0, 0] * std + mean).astype(int)
            number, first = divmod(found[0], 1000)
            seen.add((number, first, first + len(found)))
            np.testing.assert_array_equal(found, np.arange(found[0], found[0] + len(found)))
    assert seen <= crops
    assert len(seen) == 2 * cropped.steps_per_epoch  # each another
    assert len({first for _, first, _ in seen}) > 1


def test_a_lane_has_those_of_its_frames_and_of_what_follows(corpus):
    data = lanes(corpus.given("columns"), frames=2, batch=2, memory=1, ahead=1)
    mean, std = scaling()
    for step in range(data.steps_per_epoch):
        batch = data.batch_at(0, step)
        for part in (batch, batch.following):
            assert part.condition.shape == (*part.mask.shape, 2)
            assert not part.condition[part.mask == 0].any()
        both = np.concatenate([batch.condition, batch.following.condition], axis=1) * std + mean
        for mask, rows in zip(np.concatenate([batch.mask, batch.following.mask], axis=1), both, strict=True):
            found = np.rint(rows[mask > 0])
            steps = [0] if len(found) and found[0, 1] == 2 else [1]  # recording 2 has one row for all
            assert all(step in steps for step in np.diff(found[:, 0]).tolist())


def test_what_a_frame_does_not_have_counts_for_nothing():
    train = [np.array([[1.0, np.nan], [3.0, 5.0]]), np.array([[np.nan, 7.0]])]
    found = columns_of("prosody", ("a", "b"), train, "mine")
    assert found == Columns("prosody", ("a", "b"), (2.0, 6.0), (1.0, 1.0))
    np.testing.assert_array_equal(found.standardised(np.array([[np.nan, 8.0]])), [[0.0, 2.0]])


@pytest.mark.parametrize(("kind", "remedy"), [("columns", "prepare without b"), ("prosody", "condition out$")])
@pytest.mark.parametrize("value", [4.0, np.nan])
def test_a_constant_column_is_told(kind, remedy, value):
    with pytest.raises(SwnError, match=f"mine: found b of {kind} constant in training, wanted numbers .*{remedy}"):
        columns_of(kind, ("a", "b"), [np.array([[1.0, value], [2.0, value]])], "mine")


def test_columns_that_are_not_there_are_told(corpus, tmp_path):
    prepare("synthetic_speech", tmp_path, train=3, valid=1, test=1)
    with pytest.raises(SwnError, match=r"found no columns beside its recordings: prepare it into another --data_dir"):
        open_corpus("synthetic_speech", tmp_path).given("columns")
    with pytest.raises(
        SwnError, match=r"no condition 'prosdy': did you mean 'prosody'\? \(known: columns, prosody, sp"
    ):
        corpus.given("prosdy")
