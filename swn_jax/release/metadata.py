"""The head of a model card that the Hugging Face Hub reads: YAML between two lines of dashes."""

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

from swn_jax.release.recipe import Recipe

OTHER = "other"  # what the Hub calls a licence without a name there
METRICS = {"elbo": "ELBO, nats", "iwae": "IWAE, nats", "bits_per_sample": "bits per sample"}  # of a result: its name


def metadata(recipe: Recipe, licence: str, results: Sequence[Mapping[str, Any]]) -> str:
    """The head, each value as JSON, which is YAML too.

    Args:
      recipe: of the model.
      licence: of the weights, an identifier of the Hub; "other" says that the card has more.
      results: as `experiments.evaluate` writes them; without any there is no `model-index`.
    """
    domain = recipe.facts.get("domain")
    head: dict[str, Any] = {
        "license": licence,
        **({"license_name": "see-data"} if licence == OTHER else {}),
        "library_name": "swn_jax",
        "tags": ["jax", "flax", "latent-variable-model", recipe.model, *([domain] if domain else [])],
        "datasets": [recipe.corpus],
    }
    if results:
        head["metrics"] = [key for key in METRICS if any(key in result for result in results)]
        found = [entry(recipe, result) for result in results]
        head["model-index"] = [{"name": f"{recipe.model} of {recipe.corpus}", "results": found}]
    return "\n".join(["---", *(f"{key}: {json.dumps(value)}" for key, value in head.items()), "---"])


def entry(recipe: Recipe, result: Mapping[str, Any]) -> dict[str, Any]:
    """One result in the form of the Hub's `model-index`; a number that is not finite is no YAML and left out."""
    return {
        "task": {"type": "density-estimation"},
        "dataset": {"type": recipe.corpus, "name": recipe.corpus, "split": result["split"]},
        "metrics": [
            {"type": key, "name": name, "value": round(result[key], 4)}
            for key, name in METRICS.items()
            if key in result and math.isfinite(result[key])
        ],
    }
