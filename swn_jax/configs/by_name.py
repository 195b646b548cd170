"""Look up a config by its name, CORPUS:SYSTEM."""

from ml_collections import ConfigDict, FieldReference

from swn_jax.configs.named import CONFIGS as CONFIGS
from swn_jax.configs.named import settings_by_name
from swn_jax.dists.likelihood import fields_of

OPTIONAL = ("stochastic", "hidden")  # sizes that may be None, and an integer from the command line


def get_config(name: str) -> ConfigDict:
    """The config of a system on a corpus, as `timit:swavenet` or, with another density, `timit:swavenet_gmm`.

    The system defaults to `swavenet`. As `timit:swavenet:mixture` it has the likelihood of that name, with what fields
    both share as the system has them.

    Raises:
      SwnError: for an unknown corpus, system or likelihood, with the nearest known name.
    """
    corpus, system, other, *_ = *name.split(":", 2), "", ""
    settings = settings_by_name(f"{corpus}:{system}")
    if other:
        shared = {key: value for key, value in settings["likelihood"].items() if key in fields_of(other)}
        settings["likelihood"] = {"name": other, **fields_of(other), **shared}
    model = settings["model"]
    model |= {size: FieldReference(model[size], field_type=int) for size in OPTIONAL if size in model}
    return ConfigDict(settings).lock()
