"""Stochastic WaveNet in JAX: models, bounds and samplers as pure functions."""

from swn_jax import anneal
from swn_jax.dists.likelihood import gaussian, likelihood, mixture, pen
from swn_jax.errors import SwnError
from swn_jax.models import MODELS, build
from swn_jax.objective import by_layer, elbo, iwae
from swn_jax.release.functions import export_functions, exported
from swn_jax.release.recipe import Recipe
from swn_jax.release.weights import load, save
from swn_jax.sampling import Temperature, continue_, generate, interpolate, reconstruct, start, stream
from swn_jax.types import Batch, Likelihood, Model, Terms, Trace
from swn_jax.version import __version__

__all__ = [
    "MODELS", "Batch", "Likelihood", "Model", "Recipe", "SwnError", "Temperature", "Terms", "Trace", "__version__",
    "anneal", "build", "by_layer", "continue_", "elbo", "export_functions", "exported", "gaussian", "generate",
    "interpolate", "iwae", "likelihood", "load", "mixture", "pen", "reconstruct", "save", "start", "stream",
]  # fmt: skip
