"""Keys of configs and results: flattening, the current names of old keys, and what runs of before lack."""

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


LATER: dict[str, Any] = {  # keys that were added: what a run without them did
    "replicas": 1, "frame_size": 0, "anneal.end": 1.0, "free_nats": 0.0, "input_noise": 0.0, "own_inputs": 0.0,
    "schedule": "cosine", "extended": (), "ema": 0.0, "freeze": "", "rate_factors": "",
    "checkpoint.every": 0, "checkpoint.minutes": 0.0, "checkpoint.keep": 2, "checkpoint.keep_every": 0,
    "replay_every": 0, "likelihood.end": False, "likelihood.law": "gaussian", "condition": "", "optimizer": "adam",
    "likelihood.period": "found", "likelihood.text": False,
    "carried": False, "model.direct": 0,
    "lion.b1": 0.9, "lion.b2": 0.99, "muon.beta": 0.95, "schedule_free.b1": 0.9,
}  # fmt: skip
OWNERS = {
    "end": ("pen",),
    "law": ("linear_prediction", "samplewise"),
    "period": ("source_filter",),
    "text": ("pen",),
    "direct": ("lstm",),
}  # the densities and models that have a field of these
FREE = (  # keys of a run that may change when it goes on
    "steps", "log_every", "eval_every", "max_bad", "replay_every",
    *(key for key in LATER if key.startswith("checkpoint.")),
)  # fmt: skip

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


def completed(config: Mapping[str, Any]) -> dict[str, Any]:
    """A nested config with the keys of `LATER` that it lacks; of a density or model only those that it has.

    >>> completed({"rate": 1.0, "anneal": {"end": 0.5}})["anneal"]
    {'end': 0.5}
    """
    full = {key: dict(value) if isinstance(value, Mapping) else value for key, value in config.items()}
    for key, value in LATER.items():
        head, _, last = key.rpartition(".")
        if head in ("likelihood", "model") and full.get(head, {}).get("name") not in OWNERS[last]:
            continue
        place = full.setdefault(head, {}) if head else full
        place.setdefault(last, value)
    return full


def changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """The values of the dotted keys in which two configs differ, those of `LATER` supplied."""
    there, now = flat(completed(old)), flat(completed(new))
    return {
        key: (there.get(key), now.get(key))
        for key in sorted({*there, *now})
        if there.get(key) != now.get(key)
    }  # fmt: skip
