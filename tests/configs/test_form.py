"""A recorded config that was cut or edited is told by what is wrong with it."""

import pytest

from swn_jax.configs.form import lacking, odd_value
from swn_jax.configs.named import CONFIGS, settings_by_name
from swn_jax.configs.settings import put


@pytest.mark.parametrize("corpus", sorted(CONFIGS))
def test_every_config_has_the_form_of_one(corpus):
    settings = settings_by_name(f"{corpus}:swavenet")
    assert lacking(settings) == odd_value(settings) == ""


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("model.layers", "two", "has model.layers='two', wanted a number as 5"),
        ("batch", [3], "has batch=(3,), wanted a number as 128"),
        ("model.stochastic", 3, ""),
        ("likelihood.floor", None, ""),
    ],
)
def test_a_wrong_kind_is_told(key, value, said):
    settings = settings_by_name("timit:swavenet")
    put(settings, {key: value})
    assert odd_value(settings) == said


def test_what_is_lacking_is_told():
    settings = settings_by_name("timit:swavenet")
    del settings["steps"], settings["model"]
    assert lacking(settings) == "lacks model, steps"


def test_a_system_of_others_has_a_form_of_its_own():
    settings = settings_by_name("timit:swavenet") | {"system": "ours"}
    put(settings, {"model.layers": "two"})
    assert odd_value(settings) == ""
