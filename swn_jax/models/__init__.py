"""The models by name."""

import functools
import inspect
from collections.abc import Callable
from typing import Any, ParamSpec

from swn_jax.errors import SwnError
from swn_jax.models.base import choose
from swn_jax.models.conditions import conditioned
from swn_jax.models.inputs import with_features
from swn_jax.models.lstm import lstm
from swn_jax.models.reading import INPUTS
from swn_jax.models.srnn import srnn
from swn_jax.models.storn import storn
from swn_jax.models.swavenet import swavenet
from swn_jax.models.text import writing
from swn_jax.models.vrnn import vrnn
from swn_jax.models.wavenet import wavenet
from swn_jax.models.zforcing import zforcing
from swn_jax.recorded import recorded
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


OURS = frozenset(MODELS)
P = ParamSpec("P")


def register_model(builder: Callable[P, Model]) -> Callable[P, Model]:
    """Make a model of one's own known by the name of its function, to `build`, recipes, releases and configs.

    A decorator. `synthetic_speech:NAME` is then a config too, in every process in which the function is registered.

    Args:
      builder: `builder(frame, *, likelihood=None, ...) -> Model`, all keywords with defaults.
    Raises:
      SwnError: for a name that a model of this package has, and arguments of another kind.
    """
    name, built = builder.__name__, recorded(builder)
    _, *fields = inspect.signature(builder).parameters.values()
    if name in OURS:
        raise SwnError(f"found a model {name!r}, which the package has: give the function another name")
    right = all(p.kind is p.KEYWORD_ONLY and p.default is not p.empty for p in fields)
    if not right or "likelihood" not in [p.name for p in fields]:
        found = f"{name}{inspect.signature(builder)}"
        raise SwnError(f"found {found}, wanted (frame, *, likelihood=None, ...): keywords alone, each with a default")
    MODELS[name] = built
    return built


@recorded
def build(
    name: str, frame: int, *, inputs: str = "frame", condition: int | tuple[int, int] = 0, **fields: Any
) -> Model:
    """Build a model by name.

    Args:
      name: of the model.
      frame: D, the width of a frame.
      inputs: what its networks read: "frame", "features" of a frame of sound (`ops/features.py`), "voice", these and
        how much it repeats what lay a period before (`models/periodicity.py`), or "line", a point and where it lies on
        its line (`models/line.py`).
      condition: C, the numbers that it is given with each sequence or frame, `Batch.condition`; 0 for none; (U, A) for
        a text of up to U letters of an alphabet of A (`models/text.py`).
      fields: its own.
    Raises:
      SwnError: for an unknown model or field, with the nearest right name, for features of a frame too narrow, for a
        condition of less than no numbers, and for one that lacks the numbers that the density is told.
    """
    model = choose("model", name, MODELS)
    for field in fields:
        choose(f"field of {name}", field, fields_of(name))
    features, own = choose("inputs", inputs, INPUTS), functools.partial(model, **fields)
    make = conditioned(own, condition) if isinstance(condition, int) else writing(own, *condition)
    made = make(frame) if features is None else with_features(features, make, frame)
    if made.likelihood.text and isinstance(condition, int):
        found = f"found condition={condition}, and a density whose drawings end with their text"
        raise SwnError(f"{found}: pass the sizes of a text, condition=(U, A), or leave text out")
    if made.likelihood.told > (condition if isinstance(condition, int) else made.likelihood.text):
        found = (
            f"found condition={condition}, and a density that is told the last {made.likelihood.told} of its numbers"
        )
        raise SwnError(f"{found}: pass condition={made.likelihood.told} or more, or another density")
    return made


def fields_of(name: str) -> dict[str, Any]:
    """The fields of a model with their defaults, `inputs` first; raises SwnError for an unknown name."""
    functions = build, choose("model", name, MODELS)
    parameters = [p for function in functions for p in inspect.signature(function).parameters.values()]
    return {p.name: p.default for p in parameters if p.kind is p.KEYWORD_ONLY}
