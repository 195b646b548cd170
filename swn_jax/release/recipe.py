"""The recipe that rebuilds a trained model, as JSON."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from swn_jax import models
from swn_jax.configs.keys import CONFIG_KEYS, renamed
from swn_jax.dists import likelihood as densities
from swn_jax.types import Model


class Recipe(NamedTuple):
    """How to rebuild a model and return to raw units: `raw = x * scale + shift`."""

    model: str  # a name of MODELS
    frame: int  # D
    fields: Mapping[str, Any] = {}  # of the model, but its likelihood
    likelihood: Mapping[str, Any] = {"name": "gaussian"}  # with its own fields
    shift: tuple[float, ...] = (0.0,)  # raw units; D numbers, or 1 for all
    scale: tuple[float, ...] = (1.0,)
    corpus: str = ""  # that it was trained on
    rate: float | None = None  # rows per second (Hz); None without a clock
    condition: Mapping[str, tuple[str, ...]] = {}  # its kind, and the names of the places in its vector
    facts: Mapping[str, Any] = {}  # more that belongs to the model: the config of its training, a skeleton


def build(recipe: Recipe) -> Model:
    """Build the model of a recipe; raises SwnError for an unknown model, likelihood or field."""
    density = densities.likelihood(**recipe.likelihood)
    return models.build(recipe.model, recipe.frame, likelihood=density, **tupled(recipe.fields))


def completed(recipe: Recipe) -> Recipe:
    """Fill in the defaults of all fields, so that the model stays the same when a default changes."""
    fields = {name: value for name, value in models.fields_of(recipe.model).items() if name != "likelihood"}
    density = densities.fields_of(recipe.likelihood["name"])
    return recipe._replace(fields={**fields, **recipe.fields}, likelihood={**density, **recipe.likelihood})


def from_json(content: Mapping[str, Any]) -> Recipe:
    """Read a recipe that was written as `recipe._asdict()`; raises TypeError for other keys."""
    fields = renamed(content.get("fields", {}), CONFIG_KEYS)  # of a release with the former names
    return Recipe(**tupled({**content, "fields": fields}))


def tupled(value: Any) -> Any:
    """Replace the lists of JSON by tuples."""
    if isinstance(value, Mapping):
        return {key: tupled(each) for key, each in value.items()}
    return tuple(map(tupled, value)) if isinstance(value, list | tuple) else value
