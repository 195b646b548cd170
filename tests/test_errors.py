"""Messages that a person can act upon."""

from swn_jax.errors import SwnError, unknown


def test_the_nearest_right_name_is_offered():
    error = unknown("gate", "sigmod", ["linear", "sigmoid"])
    assert isinstance(error, SwnError)
    assert str(error) == "there is no gate 'sigmod': did you mean 'sigmoid'? (known: linear, sigmoid)"


def test_a_name_like_none_of_them_gets_the_list_alone():
    assert str(unknown("norm", "qqq", ["layer", "batch"])) == "there is no norm 'qqq': (known: batch, layer)"
