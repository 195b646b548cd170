"""Presets: sizes and training of a paper or its code, with the source of each."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from ml_collections import ConfigDict

from swn_jax.configs.base import base
from swn_jax.errors import unknown


class Preset(NamedTuple):
    """Settings of a system on top of `base`; `parameters` is the count that tests check."""

    sizes: dict[str, Any]
    training: dict[str, Any]
    parameters: int
    source: str


def config_of(presets: Mapping[str, Preset], system: str, dataset: str, density: str = "") -> ConfigDict:
    """The config of a system on a corpus; raises SwnError, with the nearest known name, if there is no preset."""
    if system not in presets:
        raise unknown(f"preset of {dataset}", system, presets)
    config = base(system, density)
    config.dataset = dataset
    config.model.update(presets[system].sizes)
    config.update_from_flattened_dict(presets[system].training)
    return config
