"""The numbers of a config, checked before anything is made with them."""

import math
from typing import Any

from ml_collections import ConfigDict

from swn_jax.configs.keys import flat
from swn_jax.errors import SwnError

LEAST = {  # the least value of each number
    "seed": 0, "replicas": 1, "batch": 1, "sequence_length": 1, "sequence_stride": 1, "frame_size": 0, "rate": 0,
    "clip": 0, "clip_largest": 0, "adam_b2": 0, "adam_eps": 0, "decay": 0, "anneal.start": 0, "anneal.end": 0,
    "free_nats": 0, "aux_weight": 0, "input_noise": 0, "own_inputs": 0, "ema": 0, "lion.b1": 0,
    "lion.b2": 0, "muon.beta": 0, "schedule_free.b1": 0.01, "checkpoint.every": 0, "checkpoint.minutes": 0,
    "checkpoint.keep": 1, "checkpoint.keep_every": 0,
    "log_every": 0, "eval_every": 0, "replay_every": 0, "max_bad": 1,
}  # fmt: skip
BELOW = {
    "adam_b2": 1,
    "ema": 1,
    "lion.b1": 1,
    "lion.b2": 1,
    "muon.beta": 1,
    "schedule_free.b1": 1,
}  # what a number must stay below, where it is not infinity
SHARES = ("own_inputs",)  # at most 1


def check(config: ConfigDict) -> None:
    """Raise SwnError for the first number of a config that cannot be, with the flag that sets it."""
    values = flat(config.to_dict())
    for key, least in LEAST.items():
        below = BELOW.get(key, math.inf)
        if key in values and not least <= values[key] < below:
            wanted = f"{least} or more" if below == math.inf else f"{least} or more and less than {below}"
            raise _wrong(key, values[key], f"a finite number, {wanted}")
    for key in SHARES:
        if values.get(key, 0) > 1:
            raise _wrong(key, values[key], "a share, from 0 to 1")
    if values.get("carried") and values.get("own_inputs"):
        raise SwnError("found carried=True with own_inputs, whose draws begin with each window: leave one of them out")
    for key, value in values.items():
        for number in value if isinstance(value, tuple) else (value,):
            if isinstance(number, float) and math.isnan(number):
                raise _wrong(key, value, "a number")


def _wrong(key: str, value: Any, wanted: str) -> SwnError:
    return SwnError(f"found {key}={value}, wanted {wanted}: set --config.{key}")
