"""Presets: sizes and training of a paper or its code, with the source of each."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from swn_jax.configs.base import base
from swn_jax.configs.settings import Settings, put
from swn_jax.configs.systems import system_of


class Preset(NamedTuple):
    """Settings of a system on top of `base`; `parameters` is the count that tests check, None where none is stated."""

    sizes: dict[str, Any]
    training: dict[str, Any]
    parameters: int | None
    source: str


def preset_of(presets: Mapping[str, Preset], system: str) -> Preset:
    """The preset of a system: with a density that is not the paper's, sizes and training of its row."""
    _, _, density, row = system_of(system)
    preset = presets.get(row, Preset({}, {}, None, "a registered model: its own defaults"))
    if system == row:
        return preset
    return preset._replace(parameters=None, source=f"as {row}; density: {density}")


def settings_of(presets: Mapping[str, Preset], system: str, dataset: str, density: str = "") -> Settings:
    """The settings of a system on a corpus; raises SwnError, with the nearest known name, for an unknown system."""
    preset = preset_of(presets, system)
    settings = base(system, density)
    sizes = {f"model.{name}": size for name, size in preset.sizes.items()}
    put(settings, {"dataset": dataset, **sizes, **preset.training})
    return settings
