"""Stochastic WaveNet in JAX: models, bounds and samplers as pure functions, and runs as functions of a config.

`import swn_jax` loads nothing but the standard library; each name is loaded when it is first used.
"""

import importlib
from typing import TYPE_CHECKING, Any

from swn_jax.version import __version__

if TYPE_CHECKING:
    from swn_jax import anneal, configs, corpora, data, runs
    from swn_jax.dists.likelihood import gaussian, likelihood, mixture, pen
    from swn_jax.errors import SwnError
    from swn_jax.models import MODELS, build
    from swn_jax.objective import by_layer, elbo, iwae
    from swn_jax.release.functions import export_functions, exported
    from swn_jax.release.recipe import Recipe
    from swn_jax.release.weights import load, save
    from swn_jax.sampling import Temperature, continue_, generate, interpolate, reconstruct, start, stream
    from swn_jax.types import Batch, Likelihood, Model, Terms, Trace

_HOMES = {
    "dists.likelihood": ("gaussian", "likelihood", "mixture", "pen"),
    "errors": ("SwnError",),
    "models": ("MODELS", "build"),
    "objective": ("by_layer", "elbo", "iwae"),
    "release.functions": ("export_functions", "exported"),
    "release.recipe": ("Recipe",),
    "release.weights": ("load", "save"),
    "sampling": ("Temperature", "continue_", "generate", "interpolate", "reconstruct", "start", "stream"),
    "types": ("Batch", "Likelihood", "Model", "Terms", "Trace"),
}
_HOME = {name: home for home, names in _HOMES.items() for name in names}
_MODULES = ("anneal", "configs", "corpora", "data", "runs")

__all__ = [
    "MODELS", "Batch", "Likelihood", "Model", "Recipe", "SwnError", "Temperature", "Terms", "Trace", "__version__",
    "anneal", "build", "by_layer", "configs", "continue_", "corpora", "data", "elbo", "export_functions", "exported",
    "gaussian", "generate", "interpolate", "iwae", "likelihood", "load", "mixture", "pen", "reconstruct", "runs",
    "save", "start", "stream",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    """Loads a public name from its module (PEP 562), so that what needs no jax starts without it."""
    if name in _MODULES:
        return importlib.import_module(f"swn_jax.{name}")
    if name not in _HOME:
        raise AttributeError(f"module 'swn_jax' has no attribute {name!r}")
    value = getattr(importlib.import_module(f"swn_jax.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
