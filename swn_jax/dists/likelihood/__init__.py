"""The likelihoods by name: densities that a model's head can emit, as records of pure functions."""

import inspect
from collections.abc import Callable

from swn_jax.dists.likelihood.gaussian import gaussian
from swn_jax.dists.likelihood.linear_prediction import linear_prediction
from swn_jax.dists.likelihood.mixture import mixture
from swn_jax.dists.likelihood.pen import pen
from swn_jax.dists.likelihood.samplewise import samplewise
from swn_jax.errors import unknown
from swn_jax.types import Likelihood

__all__ = ["LIKELIHOODS", "fields_of", "gaussian", "likelihood", "linear_prediction", "mixture", "pen", "samplewise"]

LIKELIHOODS: dict[str, Callable[..., Likelihood]] = {
    "gaussian": gaussian, "linear_prediction": linear_prediction, "mixture": mixture, "pen": pen,
    "samplewise": samplewise,
}  # fmt: skip


def fields_of(name: str) -> dict[str, int | float | str]:
    """The fields of a likelihood with their defaults; raises SwnError for an unknown name."""
    if name not in LIKELIHOODS:
        raise unknown("likelihood", name, LIKELIHOODS)
    return {key: parameter.default for key, parameter in inspect.signature(LIKELIHOODS[name]).parameters.items()}


def likelihood(name: str, **fields: int | float | str) -> Likelihood:
    """Build a likelihood by name from its fields; raises SwnError for an unknown name or field."""
    known = fields_of(name)
    for field in fields:
        if field not in known:
            raise unknown(f"field of the likelihood {name}", field, known)
    return LIKELIHOODS[name](**fields)
