"""Settings are set by dotted keys, and a key that is not there is no new one."""

import pytest

from swn_jax.configs import get_config
from swn_jax.configs.named import settings_by_name
from swn_jax.configs.settings import put


@pytest.mark.parametrize("key", ["rat", "model.wdth", "anneal.over.there"])
def test_a_key_that_is_not_there(key):
    settings = settings_by_name("timit:swavenet")
    with pytest.raises((KeyError, TypeError)):
        put(settings, {key: 1})
    assert settings == settings_by_name("timit:swavenet")


def test_a_config_holds_the_settings_and_takes_sizes_that_are_not_set():
    config, settings = get_config("timit:swavenet"), settings_by_name("timit:swavenet")
    assert config.to_dict() == settings
    assert settings["model"]["hidden"] is None
    config.model.hidden = 64
    with pytest.raises(TypeError):
        config.model.stochastic = "many"
