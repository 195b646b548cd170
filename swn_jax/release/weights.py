"""Trained weights as safetensors, beside the JSON recipe of their model."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from swn_jax.atomic import write_bytes, write_text
from swn_jax.errors import SwnError
from swn_jax.release.recipe import Recipe, build, completed, from_json
from swn_jax.train.flat import named
from swn_jax.types import Model, Variables
from swn_jax.version import __version__

WEIGHTS, CONFIG = "model.safetensors", "config.json"  # as the Hugging Face Hub expects them
FORMER = "weights.safetensors"  # the name before 0.1.0
FORMAT = 1
DTYPES = {"F64": np.float64, "F32": np.float32, "F16": np.float16, "BF16": jnp.bfloat16}


class Loaded(NamedTuple):
    """A released model."""

    model: Model
    variables: Variables
    recipe: Recipe


def save(folder: Path | str, recipe: Recipe, variables: Variables) -> None:
    """Write `model.safetensors`, with names as `params/head/kernel`, and `config.json`.

    Args:
      folder: made where it is not there; files of these names in it are replaced.
      recipe: of the model.
      variables: its parameters, and running statistics where a norm keeps them.
    Raises:
      SwnError: for a recipe that makes no model, and variables that are not those of its model.
    """
    from safetensors.numpy import save as encoded

    arrays = {name: np.ascontiguousarray(a) for name, a in named(variables).items()}
    fitted(build(recipe), arrays, "the variables to save")
    weights = encoded(arrays)
    head = {"format": FORMAT, "swn_jax": __version__, "sha256": hashlib.sha256(weights).hexdigest()}
    text = json.dumps({**head, "recipe": completed(recipe)._asdict()}, indent=1)
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    write_bytes(folder / WEIGHTS, weights)
    write_text(folder / CONFIG, f"{text}\n")  # last: weights of a stopped run never agree with it


def load(folder: Path | str) -> Loaded:
    """Load a model that `save` wrote, its variables bit for bit and in the dtype that they were saved in.

    Raises:
      SwnError: for a file that is missing, damaged or newer than this program, weights of another model, and float64
        where jax has it switched off.
    """
    folder = Path(folder)
    config = read_config(folder)
    by = f"written by swn_jax {config.get('swn_jax', 'of an unknown version')}"
    try:
        recipe = from_json(config["recipe"])
        model = build(recipe)
    except (SwnError, TypeError) as error:
        raise SwnError(f"{folder / CONFIG}, {by}, makes no model of swn_jax {__version__}: {error}") from None
    path = weights_file(folder)
    weights = read(folder, path.name)
    if hashlib.sha256(weights).hexdigest() != config["sha256"]:
        raise SwnError(f"{path}, {by}: found {len(weights)} bytes that are not those saved: copy it again")
    return Loaded(model, fitted(model, decoded(weights), f"{path}, {by}"), recipe)


def weights_file(folder: Path) -> Path:
    """The file of the weights in a release, by its former name where only that is there."""
    return folder / (FORMER if (folder / FORMER).exists() and not (folder / WEIGHTS).exists() else WEIGHTS)


def read(folder: Path, name: str) -> bytes:
    try:
        return (folder / name).read_bytes()
    except OSError:
        found = "a folder without it" if folder.is_dir() else "no such folder"
        raise SwnError(f"{folder / name}: found {found}, wanted a released model: give the folder of one") from None


def read_config(folder: Path) -> dict[str, Any]:
    """Parse `config.json` and check its format and parts."""
    path = folder / CONFIG
    try:
        config = json.loads(read(folder, CONFIG))
    except ValueError as error:
        raise SwnError(f"{path} is no JSON ({error}): copy it again") from None
    if not isinstance(config, dict) or not {"format", "sha256", "recipe"} <= config.keys():
        remedy = "make one of a run with `swn export`"
        raise SwnError(f"{path}: found other JSON than that of a released model: {remedy}")
    if config["format"] != FORMAT:
        by = f"format {config['format']} by swn_jax {config.get('swn_jax')}"
        raise SwnError(f"{path}: found {by}, wanted {FORMAT}, known to swn_jax {__version__}: update swn_jax")
    return config


def decoded(weights: bytes) -> dict[str, np.ndarray]:
    """The named arrays of a safetensors file; its own reader for numpy knows no bfloat16."""
    from safetensors import deserialize

    return {
        name: np.frombuffer(part["data"], DTYPES[part["dtype"]]).reshape(part["shape"])
        for name, part in deserialize(weights)
    }


def fitted(model: Model, arrays: Mapping[str, np.ndarray], where: str) -> Variables:
    """Fit named arrays to the variables of a model, in their own dtypes.

    Raises:
      SwnError: where names or shapes differ, and for arrays of integers.
    """
    like = jax.eval_shape(model.init, jax.random.key(0))
    wanted = named(like)
    if jnp.result_type(float) != np.float64 and any(a.dtype == np.float64 for a in arrays.values()):
        raise SwnError(f"{where}: found float64, which jax has switched off: set JAX_ENABLE_X64=1")
    remedy = "weights and recipe are of two models, take both from one place"
    for kind, odd in (("no", wanted.keys() - arrays.keys()), ("a foreign", arrays.keys() - wanted.keys())):
        if odd:
            more = f" and {len(odd) - 1} more such" if len(odd) > 1 else ""
            raise SwnError(f"{where}: found {kind} {min(odd)}{more}: {remedy}")
    for name, a in wanted.items():
        found = arrays[name]
        if found.shape != a.shape or not jnp.issubdtype(found.dtype, jnp.floating):
            told = f"found {found.dtype}{list(found.shape)}, wanted {a.dtype}{list(a.shape)}"
            raise SwnError(f"{where}: {name}: {told}: {remedy}")
    return jax.tree.unflatten(jax.tree.structure(like), [jnp.asarray(arrays[name]) for name in wanted])
