"""The models by name."""

import functools
import inspect
from collections.abc import Callable
from typing import Any

from swn_jax.models.base import choose
from swn_jax.models.inputs import INPUTS, with_features
from swn_jax.models.lstm import lstm
from swn_jax.models.srnn import srnn
from swn_jax.models.storn import storn
from swn_jax.models.swavenet import swavenet
from swn_jax.models.vrnn import vrnn
from swn_jax.models.wavenet import wavenet
from swn_jax.models.zforcing import zforcing
from swn_jax.types import Model

MODELS: dict[str, Callable[..., Model]] = {
    "lstm": lstm,
    "srnn": srnn,
    "storn": storn,
    "swavenet": swavenet,
    "vrnn": vrnn,
    "wavenet": wavenet,
    "zforcing": zforcing,
}


def build(name: str, frame: int, *, inputs: str = "frame", **fields: Any) -> Model:
    """Build a model by name.

    Args:
      name: of the model.
      frame: D, the width of a frame.
      inputs: what its networks read: "frame", or "features" of a frame of sound (`ops/features.py`).
      fields: its own.
    Raises:
      SwnError: for an unknown model or field, with the nearest right name, and for features of a frame too narrow.
    """
    model = choose("model", name, MODELS)
    for field in fields:
        choose(f"field of {name}", field, fields_of(name))
    features, make = choose("inputs", inputs, INPUTS), functools.partial(model, **fields)
    return make(frame) if features is None else with_features(features, make, frame)


def fields_of(name: str) -> dict[str, Any]:
    """The fields of a model with their defaults, `inputs` first; raises SwnError for an unknown name."""
    functions = build, choose("model", name, MODELS)
    parameters = [p for function in functions for p in inspect.signature(function).parameters.values()]
    return {p.name: p.default for p in parameters if p.kind is p.KEYWORD_ONLY}
