"""The likelihoods by name: densities that a model's head can emit, as records of pure functions."""

import inspect
from collections.abc import Callable, Mapping
from typing import ParamSpec

from swn_jax.dists.likelihood.gaussian import gaussian
from swn_jax.dists.likelihood.increments import increments
from swn_jax.dists.likelihood.linear_prediction import linear_prediction
from swn_jax.dists.likelihood.logistic_mixture import logistic_mixture
from swn_jax.dists.likelihood.low_rank import low_rank
from swn_jax.dists.likelihood.mixture import mixture
from swn_jax.dists.likelihood.pen import pen
from swn_jax.dists.likelihood.samplewise import samplewise
from swn_jax.dists.likelihood.source_filter import source_filter
from swn_jax.errors import SwnError, unknown
from swn_jax.recorded import recorded
from swn_jax.types import Likelihood

__all__ = [
    "LIKELIHOODS", "fields_of", "gaussian", "increments", "likelihood", "linear_prediction", "logistic_mixture",
    "low_rank", "mixture", "of_integers", "pen", "register_likelihood", "samplewise", "source_filter",
]  # fmt: skip

LIKELIHOODS: dict[str, Callable[..., Likelihood]] = {
    "gaussian": gaussian, "increments": increments, "linear_prediction": linear_prediction,
    "logistic_mixture": logistic_mixture, "low_rank": low_rank, "mixture": mixture, "pen": pen,
    "samplewise": samplewise, "source_filter": source_filter,
}  # fmt: skip
OURS = frozenset(LIKELIHOODS)
P = ParamSpec("P")
OF_SOUND = frozenset({"linear_prediction", "samplewise", "source_filter"})  # its numbers are consecutive
UNITS = ("scale", "shift")  # fields of a density of integers: raw = x * scale + shift


def register_likelihood(builder: Callable[P, Likelihood]) -> Callable[P, Likelihood]:
    """Make a density of one's own known by the name of its function, to `likelihood`, recipes, releases and configs.

    A decorator. `--config.likelihood.name=NAME` then chooses it, in every process in which the function is registered.

    Args:
      builder: `builder(...) -> Likelihood`, all arguments with defaults: numbers and words.
    Raises:
      SwnError: for a name that a density of this package has, and arguments without a default.
    """
    name, built = builder.__name__, recorded(builder)
    if name in OURS:
        raise SwnError(f"found a likelihood {name!r}, which the package has: give the function another name")
    for parameter in inspect.signature(builder).parameters.values():
        if parameter.default is parameter.empty:
            raise SwnError(f"found {name} with {parameter}, wanted a default for each argument")
    LIKELIHOODS[name] = built
    return built


def parameters_of(name: str) -> Mapping[str, inspect.Parameter]:
    if name not in LIKELIHOODS:
        raise unknown("likelihood", name, LIKELIHOODS)
    return inspect.signature(LIKELIHOODS[name]).parameters


def fields_of(name: str) -> dict[str, int | float | str]:
    """The settings of a likelihood with their defaults; raises SwnError for an unknown name.

    `scale` and `shift` are none of them: they are facts of the corpus.
    """
    return {key: parameter.default for key, parameter in parameters_of(name).items() if key not in UNITS}


def of_integers(name: str) -> bool:
    """Whether a likelihood is a probability of integers, which asks for `scale` and `shift`; SwnError as above."""
    return set(UNITS) <= parameters_of(name).keys()


def likelihood(name: str, **fields: int | float | str) -> Likelihood:
    """Build a likelihood by name from its fields; raises SwnError for an unknown name or field."""
    known = parameters_of(name)
    for field in fields:
        if field not in known:
            raise unknown(f"field of the likelihood {name}", field, known)
    return LIKELIHOODS[name](**fields)
