"""The form of a recorded config: its keys are there, and numbers are numbers, before anything is made with them."""

from collections.abc import Iterable, Mapping
from typing import Any

from swn_jax.configs.keys import flat
from swn_jax.configs.named import CONFIGS, settings_by_name
from swn_jax.errors import SwnError

NEEDED = {  # keys of a config without which no trained run can be opened; others came later
    "dataset", "scaling", "seed", "steps", "warmup", "rate", "clip", "clip_largest", "adam_b2", "adam_eps", "decay",
    "anneal", "likelihood", "model",
}  # fmt: skip


def lacking(keys: Iterable[str]) -> str:
    """What the config of a trained run lacks, as "lacks steps, warmup"; "" for nothing."""
    missing = sorted(NEEDED.difference(keys))
    return f"lacks {', '.join(missing)}" if missing else ""


def odd_value(config: Mapping[str, Any]) -> str:
    """The first value that is no number where one belongs: "has batch='two', wanted a number as 128"; "" for none."""
    values = flat(config)
    for key, like in flat(_similar(config)).items():
        found = values.get(key)
        if isinstance(like, int | float) and found is not None and not isinstance(found, int | float):
            return f"has {key}={found!r}, wanted a number as {like}"
    return ""


def _similar(config: Mapping[str, Any]) -> Mapping[str, Any]:
    """The settings that its system has on its corpus; none for one that is not ours, or has gone."""
    corpus = config.get("dataset")
    try:
        return settings_by_name(f"{corpus}:{config.get('system', '')}") if corpus in CONFIGS else {}
    except SwnError:
        return {}
