"""The density of a run: that of its config, with what its corpus tells a density of integers."""

from typing import Any

from ml_collections import ConfigDict

from swn_jax.data import Prepared
from swn_jax.dists.likelihood import OF_SOUND, of_integers
from swn_jax.errors import SwnError
from swn_jax.runs.parts import fields_in


def density_of(config: ConfigDict, prepared: Prepared) -> dict[str, Any]:
    """The name and the fields of the likelihood; one of integers is given the scale and shift of its corpus.

    Raises:
      SwnError: for a likelihood of integers or of sound on a corpus of other numbers, for a pen that knows ends where
        the corpus does not mark them, or the other way around, or that ends with a text and is given none, and for a
        model that adds up offsets, of a pen that would climb while it rests.
    """
    fields, corpus = fields_in(config), prepared.corpus
    name, whole = fields["name"], of_integers(fields["name"])
    if (whole or name in OF_SOUND) and not corpus.domain.quantized:
        kind = "probability of integers" if whole else "density of sound, sample by sample"
        found = f"{name} is a {kind}: found {corpus.name}, which has other numbers"
        raise SwnError(f"{found}: take another density, as --config.likelihood.name=gaussian")
    if name == "pen":
        _check_ends(bool(fields["end"]), bool(prepared.manifest.extra.get("end")), corpus.name)
    if fields.get("text") and config["condition"] != "text":
        found = f"found likelihood.text=True and condition={config['condition'] or 'none'}, wanted drawings of a text"
        raise SwnError(f"{found}: pass --config.condition=text, or leave likelihood.text out")
    if config["model"].get("inputs") == "line" and prepared.scaling != "coordinate":
        found = f"found model.inputs=line with the scaling {prepared.scaling}, which shifts all heights alike"
        raise SwnError(f"{found}, wanted heights that add up: pass --config.scaling=coordinate")
    if not whole:
        return fields
    return {**fields, "scale": prepared.scale.item(), "shift": prepared.shift.item()}


def _check_ends(known: bool, marked: bool, corpus: str) -> None:
    if known and not marked:
        remedy = "prepare it with --option=end=1 into another --data_dir"
        raise SwnError(f"found likelihood.end=True on {corpus}, wanted drawings whose ends are marked: {remedy}")
    if marked and not known:
        remedy = "pass --config.likelihood.end=True"
        raise SwnError(f"found {corpus} with marked ends, wanted a pen that has a state for them: {remedy}")
