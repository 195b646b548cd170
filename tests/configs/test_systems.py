"""The systems by name: rows of the paper, and what a word at their end makes of them."""

import pytest

from swn_jax.configs.densities import DENSITIES
from swn_jax.configs.systems import ROWS, density_of, system_of, systems_for
from swn_jax.dists.likelihood import likelihood
from swn_jax.errors import SwnError


@pytest.mark.parametrize("word", DENSITIES)
def test_a_word_changes_the_density_alone(word):
    row, system = system_of("srnn"), system_of(f"srnn_{word}")
    assert system._replace(density=row.density) == row
    name, fields = density_of(f"srnn_{word}")
    assert (name, dict(fields)) == (DENSITIES[word].likelihood, dict(DENSITIES[word].fields))
    units = {"scale": 100.0, "shift": 0.5} if word == "logistic" else {}
    assert likelihood(name, **fields, **units).size(200) > 0


def test_rows_with_a_density_of_their_own_take_no_second_word():
    assert system_of("rnn_gmm") == ROWS["rnn_gmm"]._replace(row="rnn_gmm")
    with pytest.raises(SwnError, match="there is no system 'rnn_gmm_dct'"):
        system_of("rnn_gmm_dct")


def test_ink_is_offered_what_it_can_take():
    offered = systems_for("pen")
    assert {"swavenet", "swavenet_gmm"} <= set(offered)
    assert not {"swavenet_dct", "swavenet_samplewise"} & set(offered)
    assert density_of("swavenet", "pen")[0] == "pen"
    with pytest.raises(SwnError, match="wanted a system of the pen density, take swavenet"):
        density_of("swavenet_samplewise", "pen")
