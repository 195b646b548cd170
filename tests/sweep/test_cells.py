"""Names of cells, and what a sweep file may not make."""

import pytest

from swn_jax.errors import SwnError
from swn_jax.studies.launch.trials import name_of, plan

KEYS = {None: {"seed", "model.latent", "model.name", "likelihood.name"}, "rnn": {"seed"}}.__getitem__


def test_cells_are_named_by_what_they_override():
    cells = plan([{"model.latent": 3, "seed": 1}, {"system": "rnn", "seed": 1}, {}], KEYS)
    assert [cell.name for cell in cells] == ["latent=3,seed=1", "system=rnn,seed=1", "default"]
    assert cells[0].overrides == {"model.latent": 3, "seed": 1}


@pytest.mark.parametrize("value", ["a/b", "..", "~", "x y", "$(rm)", "*", "\n", "é", 1e-3, -5, None, True])
def test_names_are_safe_as_files(value, tmp_path):
    folder = tmp_path / name_of({"model.gate": value})
    folder.mkdir()
    assert folder.parent.resolve() == tmp_path.resolve()
    assert not set(folder.name) & set("/ $*~\n()é")


@pytest.mark.parametrize(("made", "words"), [
    ([], "no cells"),
    ([{"model.latnt": 3}], "cell latnt=3: there is no key of its config 'model.latnt': did you mean 'model.latent'"),
    ([{"system": "rnn", "model.latent": 3}], "cell system=rnn,latent=3: there is no key of its config 'model.latent'"),
    ([{"seed": 1}, {"seed": 1}], "two cells have the name seed=1"),
    ([{"model.name": "a b"}, {"model.name": "a/b"}], "two cells have the name name=a_b"),
    ([{"seed": [1]}], r"seed is \[1\]: wanted a number"),
    (["seed=1"], "cell 0 is 'seed=1': wanted a dictionary"),
    ([{"model.name": "x" * 300}], "305 characters"),
])  # fmt: skip
def test_what_is_no_sweep(made, words):
    with pytest.raises(SwnError, match=words):
        plan(made, KEYS)


def test_settings_must_suit_every_cell():
    plan([{"seed": 1}], KEYS, ["model.latent"])
    with pytest.raises(SwnError, match="cell system=rnn: there is no key of its config 'model.latent'"):
        plan([{"seed": 1}, {"system": "rnn"}], KEYS, ["model.latent"])
