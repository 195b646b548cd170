"""Stochastic WaveNet in JAX: models, bounds and samplers as pure functions, and runs as functions of a config.

`import swn_jax` loads nothing but the standard library; each name is loaded when it is first used.
"""

import importlib
from typing import TYPE_CHECKING, Any

from swn_jax.version import __version__

__all__ = [
    "MODELS", "Batch", "Likelihood", "Model", "Recipe", "Scores", "SwnError", "Temperature", "Terms", "Trace",
    "__version__", "anneal", "build", "by_layer", "configs", "continue_", "corpora", "data", "elbo", "export_functions",
    "exported", "gaussian", "generate", "increments", "interpolate", "iwae", "likelihood", "linear_prediction",
    "load", "log_mean_exp", "log_weight", "logistic_mixture", "low_rank", "mixture", "pen", "reconstruct",
    "register_likelihood", "register_model", "runs", "samplewise", "save", "score", "source_filter", "start", "stream",
    "stretches", "types",
]  # fmt: skip

_MODULES = ("anneal", "configs", "corpora", "data", "runs", "types")
_NAMES = {
    "dists.likelihood": (
        "gaussian",
        "increments",
        "likelihood",
        "linear_prediction",
        "logistic_mixture",
        "low_rank",
        "mixture",
        "pen",
        "register_likelihood",
        "samplewise",
        "source_filter",
    ),
    "errors": ("SwnError",),
    "models": ("MODELS", "build", "register_model"),
    "objective": ("by_layer", "elbo", "iwae", "log_mean_exp", "log_weight"),
    "release.functions": ("export_functions", "exported"),
    "release.recipe": ("Recipe",),
    "release.weights": ("load", "save"),
    "sampling": ("Temperature", "continue_", "generate", "interpolate", "reconstruct", "start", "stream"),
    "train.evaluate": ("Scores", "score"),
    "train.stretches": ("stretches",),
    "types": ("Batch", "Likelihood", "Model", "Terms", "Trace"),
}
_MODULE_OF = {name: module for module, names in _NAMES.items() for name in names}

if TYPE_CHECKING:
    from swn_jax import anneal, configs, corpora, data, runs, types
    from swn_jax.dists.likelihood import (
        gaussian,
        increments,
        likelihood,
        linear_prediction,
        logistic_mixture,
        low_rank,
        mixture,
        pen,
        register_likelihood,
        samplewise,
        source_filter,
    )
    from swn_jax.errors import SwnError
    from swn_jax.models import MODELS, build, register_model
    from swn_jax.objective import by_layer, elbo, iwae, log_mean_exp, log_weight
    from swn_jax.release.functions import export_functions, exported
    from swn_jax.release.recipe import Recipe
    from swn_jax.release.weights import load, save
    from swn_jax.sampling import Temperature, continue_, generate, interpolate, reconstruct, start, stream
    from swn_jax.train.evaluate import Scores, score
    from swn_jax.train.stretches import stretches
    from swn_jax.types import Batch, Likelihood, Model, Terms, Trace
else:  # a type checker that saw this function would take any misspelt name for one of unknown type

    def __getattr__(name: str) -> Any:
        """Load a public name from its module when it is first used (PEP 562)."""
        if name in _MODULES:
            return importlib.import_module(f"swn_jax.{name}")
        if name not in _MODULE_OF:
            raise AttributeError(f"module 'swn_jax' has no attribute {name!r}")
        value = getattr(importlib.import_module(f"swn_jax.{_MODULE_OF[name]}"), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return __all__
