"""Validation recordings, continued by the model at each evaluation: seen and heard, and of no effect on the run."""

import jax
import numpy as np
import pytest
import soundfile
from small_run import config_of

from swn_jax import corpora
from swn_jax.runs import train_run
from swn_jax.runs.examples import examples_in
from swn_jax.runs.parts import first_state, model_of
from swn_jax.train.metrics import TensorBoard


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    corpora.prepare("synthetic_speech", folder, train=6, valid=2, test=2)
    return folder


@pytest.fixture(scope="module")
def prepared(data_dir):
    return corpora.open_corpus("synthetic_speech", data_dir)


@pytest.fixture(scope="module")
def made(prepared):
    """A model and its first state."""
    config = config_of("rnn", **{"model.cells": 6})
    model = model_of(config, 200)
    return model, first_state(config, model, epoch=1)


def test_the_first_half_is_the_recording_and_the_same_at_each_step(prepared, made, tmp_path):
    model, state = made
    warned = []
    write = examples_in(tmp_path, model, prepared, 3, 0, warned.append)
    paths = write(state)
    names = ["0.wav", "0.png", "1.wav", "1.png"]  # there are two recordings to continue
    assert paths == [tmp_path / "examples" / "0" / name for name in names]
    louder = jax.tree.map(lambda a: 1.5 * a, state.params)
    later = write(state._replace(step=state.step + 7, params=louder))
    assert later[0] == tmp_path / "examples" / "7" / "0.wav"
    for number in (0, 1):
        first, second = (soundfile.read(found[2 * number], dtype="int16")[0] for found in (paths, later))
        assert len(first) == 32000  # two seconds
        np.testing.assert_array_equal(first[:16000], second[:16000])
        assert not np.array_equal(first[16000:], second[16000:])
        recording = np.asarray(prepared.split("valid")[number])
        assert any(np.array_equal(first[:16000], recording[at : at + 16000]) for at in (0, 200))
    assert warned == []

    lost = write(state._replace(params=jax.tree.map(lambda a: a * np.nan, state.params)))
    assert lost == []
    assert warned == [f"step 0, example {n} is left out: found a frame that is not finite" for n in (0, 1)]
    seen_in_tensorboard(tmp_path / "tensorboard", paths)


def seen_in_tensorboard(folder, paths):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator  # slow: loaded when used

    writer = TensorBoard(folder, step=0)
    writer.show(3, paths)
    writer.close()
    events = EventAccumulator(str(folder)).Reload()
    (image,), (sound,) = events.Images("examples/1.png"), events.Audio("examples/1.wav")
    assert (image.step, image.encoded_image_string) == (3, paths[3].read_bytes())
    assert (sound.step, sound.encoded_audio_string) == (3, paths[2].read_bytes())
    assert (sound.sample_rate, sound.length_frames, sound.content_type) == (16000, 32000, "audio/wav")
    assert (image.width, image.height) == (1320, 418)  # 12 by 3.8 inches of 110 dots


class Kept:
    """A writer that keeps what it is shown."""

    def __init__(self):
        self.shown = []

    def write(self, record):
        pass

    def show(self, step, files):
        self.shown.append((step, files))

    def close(self):
        pass


@pytest.mark.slow
def test_they_change_no_bit_of_a_run(data_dir, tmp_path):
    writer = Kept()
    (plain,) = train_run(config_of(), tmp_path / "plain", data_dir, devices=1)
    (shown,) = train_run(
        config_of(), tmp_path / "shown", data_dir, devices=1, examples=1, writers=lambda steps: [writer]
    )
    for a, b in zip(jax.tree.leaves(plain.state), jax.tree.leaves(shown.state), strict=True):
        if jax.dtypes.issubdtype(a.dtype, jax.dtypes.prng_key):
            a, b = jax.random.key_data(a), jax.random.key_data(b)
        np.testing.assert_array_equal(a, b)
    folder = tmp_path / "shown" / "examples"
    assert writer.shown == [(step, [folder / f"{step}" / name for name in ("0.wav", "0.png")]) for step in (2, 4)]
    assert not (tmp_path / "plain" / "examples").exists()
