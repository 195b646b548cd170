"""The models by name."""

from collections.abc import Callable

from swn_jax.models.base import choose
from swn_jax.models.swavenet import swavenet
from swn_jax.types import Model

MODELS: dict[str, Callable[..., Model]] = {"swavenet": swavenet}


def build(name: str, frame: int, **fields) -> Model:
    """The model of that name over frames of `frame` numbers, with its own fields.

    Raises:
      SwnError: for an unknown model or field, with the nearest right name.
    """
    model = choose("model", name, MODELS)
    for field in fields:
        choose(f"field of {name}", field, model.__kwdefaults__)
    return model(frame, **fields)
