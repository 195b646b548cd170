"""Stochastic WaveNet in JAX: models, bounds and samplers as pure functions."""

from swn_jax import anneal
from swn_jax.dists.likelihood import gaussian, likelihood, mixture, pen
from swn_jax.errors import SwnError
from swn_jax.models import MODELS, build
from swn_jax.objective import by_layer, elbo, iwae
from swn_jax.sampling import generate
from swn_jax.types import Batch, Likelihood, Model, Terms
from swn_jax.version import __version__

__all__ = [
    "MODELS", "Batch", "Likelihood", "Model", "SwnError", "Terms", "__version__",
    "anneal", "build", "by_layer", "elbo", "gaussian", "generate", "iwae", "likelihood", "mixture", "pen",
]  # fmt: skip
