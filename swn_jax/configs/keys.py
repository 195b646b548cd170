"""Keys of configs and results: flattening, and the current names of old keys."""

import re
from collections.abc import Mapping
from typing import Any

CONFIG_KEYS = {  # old name -> current name
    "frame": "frame_size",
    "frames": "sequence_length",
    "stride": "sequence_stride",
    "reach": "lookahead",
    "bounds": "log_scale_bounds",
}
RESULT_KEYS = {
    "elbo_a_frame": "elbo_per_frame",
    "bits_a_sample": "bits_per_sample",
    "log_scale_a_frame": "log_scale_per_frame",
}


IN_CLONE = re.compile(r"experiments/configs/(\w+)\.py(?=:|$)")  # names were paths once


def config_name(name: str) -> str:
    """The current name of a config: `timit:swavenet` was `experiments/configs/timit.py:swavenet`."""
    return IN_CLONE.sub(r"\1", name)


def renamed(content: Any, names: Mapping[str, str]) -> Any:
    """JSON content with the keys renamed by `names`, at any depth, dotted or nested."""
    if isinstance(content, list):
        return [renamed(item, names) for item in content]
    if not isinstance(content, Mapping):
        return content
    return {".".join(names.get(k, k) for k in key.split(".")): renamed(v, names) for key, v in content.items()}


def flat(config: Mapping[str, Any], head: str = "") -> dict[str, Any]:
    """The values of a nested config by dotted keys, lists as tuples.

    >>> flat({"seed": 1, "model": {"dilations": [1, 2]}})
    {'seed': 1, 'model.dilations': (1, 2)}
    """
    values: dict[str, Any] = {}
    for key, value in config.items():
        if isinstance(value, Mapping):
            values |= flat(value, f"{head}{key}.")
        else:
            values[head + key] = tuple(value) if isinstance(value, list) else value
    return values
