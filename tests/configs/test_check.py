"""Numbers of a config that cannot be are told before anything is made with them."""

import pytest

from swn_jax.configs import CONFIGS, get_config
from swn_jax.configs.check import check
from swn_jax.errors import SwnError


@pytest.mark.parametrize(("key", "value"), [
    ("rate", float("nan")), ("rate", -1.0), ("rate", float("inf")), ("anneal.start", -1.0), ("batch", 0),
    ("adam_b2", 1.0), ("log_every", -1), ("eval_every", -1), ("max_bad", 0), ("sequence_length", 0), ("seed", -1),
    ("replay_every", -1), ("likelihood.floor", float("nan")),
    ("model.log_scale_bounds", (float("nan"), 1.0)), ("aux_weight", float("inf")),
])  # fmt: skip
def test_a_number_that_cannot_be_is_told_with_its_flag(key, value):
    config = get_config("timit:swavenet")
    config.update_from_flattened_dict({key: value})
    with pytest.raises(SwnError, match=rf"found {key}=.*, wanted a .*number.*: set --config\.{key}"):
        check(config)


@pytest.mark.parametrize("name", CONFIGS)
def test_every_config_passes_and_zero_means_never(name):
    config = get_config(name)
    config.update_from_flattened_dict({"log_every": 0, "eval_every": 0, "clip": 0.0})
    check(config)
