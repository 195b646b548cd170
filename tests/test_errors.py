"""Messages that a person can act upon."""

from swn_jax.errors import SwnError, unknown


def test_the_nearest_right_name_is_offered():
    error = unknown("gate", "sigmod", ["linear", "sigmoid"])
    assert isinstance(error, SwnError)
    assert str(error) == "there is no gate 'sigmod': did you mean 'sigmoid'? (known: linear, sigmoid)"


def test_a_name_like_none_of_them_gets_the_list_alone():
    assert str(unknown("norm", "qqq", ["layer", "batch"])) == "there is no norm 'qqq': (known: batch, layer)"


def test_many_names_are_listed_as_told():
    error = unknown("system", "rn", ["rnn", "rnn_gmm", "rnn_ar"], "rnn, and with a density as rnn_gmm")
    assert str(error) == "there is no system 'rn': did you mean 'rnn'? (known: rnn, and with a density as rnn_gmm)"
