"""The models by name."""

import inspect
from collections.abc import Callable
from typing import Any

from swn_jax.models.base import choose
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


def build(name: str, frame: int, **fields: Any) -> Model:
    """Build a model by name, for frames of width `frame`, with its own fields.

    Raises:
      SwnError: for an unknown model or field, with the nearest right name.
    """
    model = choose("model", name, MODELS)
    for field in fields:
        choose(f"field of {name}", field, fields_of(name))
    return model(frame, **fields)


def fields_of(name: str) -> dict[str, Any]:
    """The fields of a model with their defaults; raises SwnError for an unknown name."""
    parameters = inspect.signature(choose("model", name, MODELS)).parameters.values()
    return {p.name: p.default for p in parameters if p.kind is p.KEYWORD_ONLY}
