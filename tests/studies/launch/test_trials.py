"""Names of trials, and what a sweep file may not make."""

import pytest

from swn_jax.errors import SwnError
from swn_jax.studies.launch.trials import name_of, plan

KEYS = {None: {"seed", "model.latent", "model.name", "likelihood.name"}, "rnn": {"seed"}}.__getitem__


def test_trials_are_named_by_what_they_override():
    trials = plan([{"model.latent": 3, "seed": 1}, {"system": "rnn", "seed": 1}, {}], KEYS)
    assert [trial.name for trial in trials] == ["latent=3,seed=1", "system=rnn,seed=1", "default"]
    assert trials[0].overrides == {"model.latent": 3, "seed": 1}


@pytest.mark.parametrize("value", ["a/b", "..", "~", "x y", "$(rm)", "*", "\n", "é", 1e-3, -5, None, True])
def test_names_are_safe_as_files(value, tmp_path):
    folder = tmp_path / name_of({"model.gate": value})
    folder.mkdir()
    assert folder.parent.resolve() == tmp_path.resolve()
    assert not set(folder.name) & set("/ $*~\n()é")


@pytest.mark.parametrize(("made", "words"), [
    ([], "no trials"),
    ([{"model.latnt": 3}], "trial latnt=3: there is no key of its config 'model.latnt': did you mean 'model.latent'"),
    ([{"system": "rnn", "model.latent": 3}], "trial system=rnn,latent=3: there is no key of its config 'model.latent'"),
    ([{"seed": 1}, {"seed": 1}], "two trials have the name seed=1"),
    ([{"model.name": "a b"}, {"model.name": "a/b"}], "two trials have the name name=a_b"),
    ([{"seed": [1]}], r"seed is \[1\], wanted a number"),
    (["seed=1"], "trial 0 is 'seed=1', wanted a dictionary"),
    ([{"model.name": "x" * 300}], "305 characters"),
])  # fmt: skip
def test_what_is_no_sweep(made, words):
    with pytest.raises(SwnError, match=words):
        plan(made, KEYS)


def test_settings_must_suit_every_trial():
    plan([{"seed": 1}], KEYS, ["model.latent"])
    with pytest.raises(SwnError, match="trial system=rnn: there is no key of its config 'model.latent'"):
        plan([{"seed": 1}, {"system": "rnn"}], KEYS, ["model.latent"])
