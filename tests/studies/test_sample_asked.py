"""The page of samples says what they were given, and how far they are what was asked for."""

import json

import numpy as np
import pytest
from small_run import config_of
from sound_files import DIGITS, spoken_digits

from swn_jax import configs, corpora
from swn_jax.runs import SampleRequest, load_run, train_run
from swn_jax.studies import sample_page


def small(config, condition):
    own = config_of("rnn", **{"model.cells": 8, "model.layers": 1, "sequence_length": 3})
    for key in ("steps", "warmup", "eval_every", "log_every", "batch", "sequence_length"):
        config[key] = own[key]
    config.model.update(own.model)
    config.condition = condition
    return config


def written(config, data_dir, tmp_path, request):
    train_run(config, tmp_path / "run", data_dir, devices=1)
    run, said = load_run(tmp_path / "run", data_dir, checkpoint="newest"), []
    page = sample_page.write(tmp_path / "out", {"run": run}, ["generate"], request, "", "command", tell=said.append)
    return said, page.read_text()


def test_sound_with_the_prosody_of_recordings(tmp_path):
    corpora.prepare("synthetic_speech", tmp_path / "data", train=9, valid=2, test=2)
    config = small(configs.get_config("synthetic_speech:rnn"), "prosody")
    said, page = written(config, tmp_path / "data", tmp_path, SampleRequest(frames=20, num=2))
    sentence = "run: given the prosody (log F0, voiced, energy) of the recordings beside them."
    assert sentence in said
    assert sentence in page
    assert any(text.startswith("run: the prosody that was given, and that of the samples") for text in said)
    found = json.loads((tmp_path / "out" / "run" / "followed.json").read_text())
    assert [row["name"] for row in found] == ["log F0", "voiced", "energy"]
    corpus = corpora.open_corpus("synthetic_speech", tmp_path / "data")
    given = corpus.corpus.domain.tracks["prosody"].measure
    real = [given(np.asarray(rows)[200 : 21 * 200], 16000.0, 200) for rows in corpus.split("test")]
    assert found[2]["given"] == pytest.approx(np.concatenate(real)[:, 2].mean())


def test_words_of_which_some_are_asked_for(tmp_path):
    corpus = spoken_digits(tmp_path / "digits")
    request = SampleRequest(frames=3, num=3, condition=("9", "0"))
    config = small(configs.get_config("spoken_digit:rnn"), "label")
    said, _ = written(config, corpus.path.parents[1], tmp_path, request)
    assert any(text.startswith("run: words that are told rightly") for text in said)
    found = json.loads((tmp_path / "out" / "run" / "words.json").read_text())
    assert found["names"] == list(DIGITS)
    assert [sum(row) for row in found["samples"]] == [1, 0, 2]
    assert [sum(row) for row in found["test"]] == [3, 3, 3]
